"""One file of a delivery: what goes into it, and writing it."""
