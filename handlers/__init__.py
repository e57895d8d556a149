"""What the bot answers: one file per feature, each with a `build_router()`."""
