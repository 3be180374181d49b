"""The settings of one run: where they come from, and what is wrong with them."""
