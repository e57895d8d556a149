"""What every update passes on its way to a handler; the order is in `bot/dispatcher.py`."""
