"""Access to a database over Bolt: connections, transactions, errors, reconnecting."""
