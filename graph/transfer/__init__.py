"""Moving graphs: export, import, copy and upgrade."""
