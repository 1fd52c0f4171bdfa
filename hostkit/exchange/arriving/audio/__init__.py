"""Audio of a project: its files, and its clips as regions of a session."""
