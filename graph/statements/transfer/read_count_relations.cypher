// How many relations each type has.
MATCH ()-[r]->()
RETURN type(r) AS name, count(r) AS relations
