"""A delivery as one page that opens offline: for whoever decides."""
