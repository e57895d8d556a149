"""The Telegram process: composition root, Bot API client, middlewares and delivery."""
