"""The artist graph in file formats of other programs, one module per family of formats."""
