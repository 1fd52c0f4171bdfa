"""What a client asks for: profiles, and what they come to for a session."""
