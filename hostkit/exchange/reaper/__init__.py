"""REAPER projects: their text, and what is in it."""
