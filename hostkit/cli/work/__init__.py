"""What commands do, and how they tell of it: imported when a command runs."""
