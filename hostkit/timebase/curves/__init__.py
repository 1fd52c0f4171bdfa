"""How a tempo goes: steady or ramped, and the stretches of a tempo map that it makes."""
