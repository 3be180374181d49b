"""The crawl: rounds are planned, fetched, written and closed."""
