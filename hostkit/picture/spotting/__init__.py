"""Spotting lists of other programs: markers and cuts of the picture, in and out."""
