// The copy is whole. What it is a copy of stays, so that the same command knows it.
MATCH (s:Schema {name: $name})
SET
  s.copied_of = s.copy_of,
  s.copied_revision = s.copy_revision,
  s.copy_of = null,
  s.copy_from = null,
  s.copy_revision = null,
  s.copy_part = null,
  s.copy_after = null,
  s.copied = null
