"""Presets and the sessions that use them: where, under what name, and as they were."""
