"""Themes and scores of a session as notes: what its tracks play that no MIDI file says."""
