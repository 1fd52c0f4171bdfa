"""What REAPER saved, read into a project."""
