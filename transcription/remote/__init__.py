"""Transcription by another server: a Stenobot, any with OpenAI's API, whisper.cpp's, or a small service of one call."""
