"""One stretch of music to be solved: which beat each hit lands on, and the tempo between."""
