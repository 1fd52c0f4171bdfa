"""What ducking is asked for, and the steps it comes to."""
