"""The preset library: small YAML files, found, read, changed and searched."""
