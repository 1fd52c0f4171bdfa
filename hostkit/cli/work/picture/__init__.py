"""What the commands about picture and time do: tempo, hits, streamers, recuts."""
