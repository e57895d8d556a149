"""A language model behind an OpenAI-compatible endpoint: summaries, tidied texts and to-do lists of transcripts."""
