"""The control API: it moves people and tells tests what happened."""
