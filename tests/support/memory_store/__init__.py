"""A store in dictionaries, the reference for what the crawl needs of a store."""
