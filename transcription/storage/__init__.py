"""What survives a killed process, in SQLite."""
