"""How deep the music goes, and the curve that takes it there."""
