"""Queue of pending updates, with Telegram's rules for offsets and allowed kinds."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.telegram.model import Json

NOT_SENT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateQueue:
    """Unconfirmed updates in order; they are delivered again until an offset confirms them."""

    def __init__(self, first_id: int) -> None:
        self._next_id = first_id
        self.allowed: frozenset[str] | None = None
        self._pending: list[Json] = []

    def __len__(self) -> int:
        return len(self._pending)

    def push(self, kind: str, payload: Json) -> int | None:
        """Queue an update; None when the bot did not ask for this kind."""
        wanted = kind in self.allowed if self.allowed else kind not in NOT_SENT_BY_DEFAULT
        return self.push_raw({kind: payload}) if wanted else None

    def push_raw(self, update: Json) -> int:
        """Queue any object as an update, valid or not; returns its update_id."""
        update_id = self._next_id
        self._next_id += 1
        self._pending.append({"update_id": update_id, **update})
        return update_id

    def allow(self, kinds: Iterable[str]) -> None:
        """Remember which kinds are wanted; none means Telegram's default set."""
        self.allowed = frozenset(kinds) or None

    def confirm(self, offset: int) -> None:
        """Forget what the offset confirms: smaller ids, or all but the last -offset updates when it is negative."""
        if offset > 0:
            self._pending = [update for update in self._pending if update["update_id"] >= offset]
        elif offset < 0:
            self._pending = self._pending[offset:]

    def peek(self, limit: int | None = None) -> list[Json]:
        """The oldest `limit` updates, or all, still unconfirmed."""
        return self._pending[:limit]

    def drop(self, update_id: int) -> None:
        """Forget one update, which a webhook has accepted."""
        self._pending = [update for update in self._pending if update["update_id"] != update_id]

    def skip_to(self, update_id: int) -> None:
        """Give the next update at least this id."""
        self._next_id = max(self._next_id, update_id)

    def to_json(self) -> Json:
        """What outlives a restart."""
        allowed = sorted(self.allowed) if self.allowed is not None else None
        return {"next_id": self._next_id, "allowed": allowed, "pending": list(self._pending)}

    def load(self, saved: Json) -> None:
        """Go on from what `to_json` gave."""
        self._next_id = saved["next_id"]
        self.allow(saved["allowed"] or ())
        self._pending = saved["pending"]

    def clear(self) -> None:
        """Drop all pending updates."""
        self._pending.clear()
