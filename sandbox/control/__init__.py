"""The control API: tests act as users through it and read what the bot did."""
