"""A project written as REAPER saves it."""
