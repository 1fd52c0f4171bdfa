"""What files say of the music in them: title, composer, tempo, key, codes."""
