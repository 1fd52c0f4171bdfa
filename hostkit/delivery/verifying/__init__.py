"""Checking a folder of audio again, whoever made it."""
