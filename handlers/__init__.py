"""Telegram handlers: one file per feature, each with a `build_router()`."""
