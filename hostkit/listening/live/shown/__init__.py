"""What a page shows of a version: its form, what is measured of it, its picture."""
