"""Plug-ins on this machine: found, scanned and described, each file in a process of its own."""
