"""What a process of ours is: its signals, its streams, its memory, and threads to wait for."""
