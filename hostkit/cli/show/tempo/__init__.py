"""What `hostkit tempo` prints."""
