"""The gain curve: ramps, limits, and what is spared."""
