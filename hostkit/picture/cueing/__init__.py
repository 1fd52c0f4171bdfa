"""What a stage needs to play to picture: a click, streamers over the picture, a report of hits."""
