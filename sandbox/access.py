"""Access to a sandbox: its token and secret path, for other users of the machine reach its port as well."""

from __future__ import annotations

import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class Access:
    """The bot's token, and the secret path (`key`) under which all but the Bot API lies."""

    token: str
    key: str

    @classmethod
    def create(cls) -> Access:
        """A random token and path."""
        return cls(new_token(10**9 + secrets.randbelow(9 * 10**9)), secrets.token_hex(12))


def new_token(bot_id: int) -> str:
    """A token in the shape of Telegram's own: the bot's id and 35 characters."""
    return f"{bot_id}:{secrets.token_urlsafe(26)}"
