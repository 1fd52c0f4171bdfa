"""What a delivery says of itself: its entries, the file, and what of it is believed."""

MANIFEST = "manifest.json"
"""Here, for who only looks whether there is one: to read it takes more imports."""
