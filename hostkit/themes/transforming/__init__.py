"""What a story does to a theme: each a function from a phrase to a phrase."""
