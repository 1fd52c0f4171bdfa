"""Chords: what their symbols mean, how they are spread, and how one moves to the next."""
