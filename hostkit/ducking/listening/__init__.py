"""How loud speech and music are, window by window."""
