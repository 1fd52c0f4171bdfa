"""From devices as they are written to devices as they will be run."""
