"""The live page itself."""
