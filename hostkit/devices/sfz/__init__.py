"""SFZ instruments: our reader of their text, and sfizz, which plays them."""
