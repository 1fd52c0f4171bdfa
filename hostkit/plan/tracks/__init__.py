"""Tracks as written to what their prints are made of."""
