"""A newer project's notes and clips in a session that was edited by hand since."""
