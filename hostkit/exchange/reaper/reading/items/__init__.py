"""Items of a track: which of them play, what they are made of, notes and clips from them."""
