"""A first session for a folder of recordings: what lies there, and the text to start from."""
