"""Where somebody speaks: phrases from an energy gate, a neural detector or an edited list."""
