"""Music and picture: what has to be hit, lists of it, the tempo that hits it, recuts."""
