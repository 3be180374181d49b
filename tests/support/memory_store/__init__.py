"""A `CrawlStore` in memory: the reference that the contract suite compares with."""
