// Who crawled into a store of schema 2, and the book of each service's requests.
MATCH (n:Worker|Turns)
DELETE n
