"""Speech to text in this process: jobs, models, audio and the engine. Knows nothing of Telegram."""
