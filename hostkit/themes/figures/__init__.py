"""The devices of the genre as pure functions: each gives a `MusicPhrase` that begins at 0."""
