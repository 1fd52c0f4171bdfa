"""Lowering music under dialogue: a target in LU, met in every phrase, with proof."""
