"""Searching presets: an index made from the files, ranked, tolerant of typing errors."""
