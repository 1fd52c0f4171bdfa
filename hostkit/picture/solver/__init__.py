"""A tempo map that meets the hits of the picture: hits and wishes in, a solution out."""
