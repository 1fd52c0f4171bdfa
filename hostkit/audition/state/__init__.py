"""The state of plug-ins: captured, restored, kept in presets."""
