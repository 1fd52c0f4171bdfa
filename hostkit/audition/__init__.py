"""Presets made to sound, each in a worker process: heard, compared, levelled, verified."""
