"""The tests (a package on purpose: without this file a folder here could shadow `graph`)."""
