"""Recuts: what two edit lists of a reel have in common, and what becomes of a cue."""
