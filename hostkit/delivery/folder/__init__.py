"""Where a delivery lies: whose a folder is, what is in it, how new files come into it."""
