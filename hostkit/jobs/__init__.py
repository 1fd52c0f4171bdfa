"""Work in processes of its own: executors, isolation, and the store of what was made."""
