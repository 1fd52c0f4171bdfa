"""Stems on one clock, and what is measured of them."""
