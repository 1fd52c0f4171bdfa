"""What each node is made of: everything that it depends on, and nothing else."""
