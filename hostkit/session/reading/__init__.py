"""Parts of reading a session: files it names, and places within its texts."""
