"""The session file as data: what somebody wrote, checked in shape, nothing derived."""
