"""Music under dialogue: listening, solving for a gain curve, and what came of it."""
