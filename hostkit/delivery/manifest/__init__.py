"""What a delivery says of itself: its entries, the file, and what of it is believed."""
