"""Devices: what will be run, what is known of it, and the hosts behind one seam."""
