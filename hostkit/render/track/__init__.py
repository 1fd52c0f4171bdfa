"""A track's print: its source, its inserts, its tail."""
