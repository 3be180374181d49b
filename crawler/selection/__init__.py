"""The selection: which artists and tracks carry which class, and why."""
