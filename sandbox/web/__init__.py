"""The web chat in which a person plays the people."""
