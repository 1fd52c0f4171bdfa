"""One form of the music to its nodes, stems and mixes."""
