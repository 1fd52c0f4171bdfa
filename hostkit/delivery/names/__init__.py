"""Which files a delivery holds, and what they are called."""
