"""A session that is listened to while somebody works on it: made, served to a page, and watched."""
