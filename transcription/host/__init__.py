"""What the host gives this process: memory and control groups."""
