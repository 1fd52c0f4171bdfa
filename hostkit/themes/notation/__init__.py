"""Reading and writing music as text: a small part of LilyPond, and scale degrees."""
