"""Themes as text, and what tracks play of them and beside them."""
