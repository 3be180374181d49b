// What has been copied so far is of no use: the next run begins anew.
MATCH (s:Schema {name: $name})
SET s.copy_revision = ''
