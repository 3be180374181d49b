"""From a selection in the graph to a data set in a folder, and its check."""
