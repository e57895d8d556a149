"""Automatic speech recognition: engines, batching, and the text of a recording."""
