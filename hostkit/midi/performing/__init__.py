"""From what a file says to what is played: the track, its notes, its pedals, at their samples."""
