"""Sections that promise clean cuts: whether notes and tails keep clear of them."""
