// Schema 2 had these labels.
DROP CONSTRAINT slice_id IF EXISTS;
DROP CONSTRAINT turns_name IF EXISTS;
DROP CONSTRAINT worker_name IF EXISTS;
