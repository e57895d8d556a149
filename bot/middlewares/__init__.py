"""Middlewares, which every update passes on its way to a handler; their order is in `bot/dispatcher.py`."""
