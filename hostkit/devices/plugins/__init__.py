"""Plug-ins on this machine: found, scanned, described, loaded."""
