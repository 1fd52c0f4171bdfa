"""What pages share: how they look, what they draw and how they play."""
