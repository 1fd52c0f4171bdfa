"""Where there is speech."""
