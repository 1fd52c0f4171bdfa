"""The disk: names in the making, and files that change together."""
