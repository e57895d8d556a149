"""The HTTP API: the transcription service for programs, beside the bot or alone."""
