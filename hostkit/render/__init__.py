"""What makes each node of a plan, in the order in which they can be made."""
