"""The commands, a module each by its name: its options, and what it calls."""
