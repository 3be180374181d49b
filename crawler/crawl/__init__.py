"""The crawl. Start reading in `engine`: it plans, fetches, writes and closes each round.

`frontier` is the in-memory view of the graph that `planner` decides from; `worker_pool` and
`fetch` do the requests; `lease` makes sure that only one process crawls a store at a time.
"""
