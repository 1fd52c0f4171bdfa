"""Deliveries and sessions on a page: heard, seen and written on."""
