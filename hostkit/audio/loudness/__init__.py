"""Loudness and true peak after ITU-R BS.1770 and EBU R 128."""
