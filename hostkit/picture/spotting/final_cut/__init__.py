"""Final Cut's XML, read and written."""
