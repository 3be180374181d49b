"""The recipe: one TOML file that decides a data set."""
