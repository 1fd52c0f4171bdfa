"""Presets from and to other places: state files of plug-ins, and packs of a whole library."""
