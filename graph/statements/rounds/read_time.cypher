// The server's time.
RETURN timestamp() AS now
