"""A first session for a MIDI file: what plays, where it sits, and the text to start from."""
