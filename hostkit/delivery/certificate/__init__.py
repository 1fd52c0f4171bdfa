"""Proof that a delivery is what it says: sums, hashes, levels."""
