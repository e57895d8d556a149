"""The web chat: a page on which a person acts as the users."""
