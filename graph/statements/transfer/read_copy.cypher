// The copy that has been begun here, and the one that has ended.
MATCH (s:Schema {name: $name})
RETURN
  s.copy_of AS of,
  s.copy_from AS where,
  s.copy_revision AS revision,
  s.copy_part AS part,
  s.copy_after AS after,
  s.copied AS copied,
  s.copied_of AS copied_of,
  s.copied_revision AS copied_revision
