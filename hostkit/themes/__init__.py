"""Themes as text: notation, transformations and the figures of the genre, all as phrases."""
