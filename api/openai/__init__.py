"""The shapes of OpenAI's API: its model ids, answers and events."""
