"""What went wrong once is tried with the parts of the folders that the tests would otherwise be in."""

from tests.bot.conftest import chat
from tests.handlers.conftest import allowed, talk

__all__ = ["allowed", "chat", "talk"]
