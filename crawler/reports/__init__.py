"""Pages and figures: the report, plots and the explorer page."""
