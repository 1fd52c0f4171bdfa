"""What tracks play: MIDI and automation on the session's timeline."""
