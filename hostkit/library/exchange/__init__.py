"""Presets from and to other places: .vstpreset files, and packs of a whole library."""
