"""Which mixes there are, and what sounds in each."""
