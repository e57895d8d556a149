"""Work handed to workers on other machines, through Redis: what is said between a front and a worker, and both ends."""
