"""Documents that go with the audio, all from the session file."""
