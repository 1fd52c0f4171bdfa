"""The ground that all stand on: words, names, levels, places, files; nothing of hostkit's work."""
