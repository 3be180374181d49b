// Drop the constraints of labels that only schema 2 has.
DROP CONSTRAINT slice_id IF EXISTS;
DROP CONSTRAINT turns_name IF EXISTS;
DROP CONSTRAINT worker_name IF EXISTS;
