"""The Bot API client: calls, limits, errors and files."""
