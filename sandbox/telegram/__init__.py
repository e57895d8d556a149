"""The simulated Telegram: people, chats, messages, files and updates."""
