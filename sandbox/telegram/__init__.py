"""The simulated Telegram: users, chats, messages, files and updates, without HTTP."""
