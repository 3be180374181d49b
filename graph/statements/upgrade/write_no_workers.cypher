// Delete the workers of schema 2, and its records of the services' requests.
MATCH (n:Worker|Turns)
DELETE n
