"""The Bot API client: session, rate limits, retries, errors and files."""
