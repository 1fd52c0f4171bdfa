"""What `hostkit themes` does."""
