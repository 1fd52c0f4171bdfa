"""A project becomes a session that plays: YAML with comments, and the files that it names."""
