"""Projects of other programs: read into one neutral model, and written from it."""
