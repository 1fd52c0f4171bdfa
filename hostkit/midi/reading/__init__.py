"""MIDI files read, with repair."""
