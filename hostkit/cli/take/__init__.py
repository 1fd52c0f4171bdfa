"""What commands take: options and arguments, each defined once, and their completion."""
