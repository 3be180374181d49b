"""Pages and figures: reports, plots and the explorer page."""
