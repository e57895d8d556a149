"""The sound of tasks that were handed out: at addresses that are signed, good for one task, and for a while."""

import hashlib
import hmac
import time
from collections.abc import AsyncIterable
from urllib.parse import urlencode

VALID_S = 900
"""For how long an address is good; a task that was not begun by then gets a new one."""
PATH = "/queue/recordings/"


class Sounds:
    """Sound by the id of its task, for as long as that is wanted. `address` is where workers reach this process."""

    def __init__(self, address: str, key: bytes) -> None:
        self._address = address.rstrip("/")
        self._key = key
        self._open: dict[str, AsyncIterable[bytes]] = {}

    def offer(self, task_id: str, chunks: AsyncIterable[bytes]) -> str:
        """Have the sound of a task ready, and return its address."""
        self._open[task_id] = chunks
        expires = int(time.time()) + VALID_S
        query = urlencode({"expires": expires, "signature": self._sign(task_id, expires)})
        return f"{self._address}{PATH}{task_id}?{query}"

    def withdraw(self, task_id: str) -> None:
        """Nobody is to have the sound of a task any more."""
        self._open.pop(task_id, None)

    def is_signed(self, task_id: str, expires: int, signature: str) -> bool:
        """Whether an address is one of ours, and still good."""
        expected = self._sign(task_id, expires)
        return hmac.compare_digest(expected.encode(), signature.encode()) and time.time() < expires

    def get(self, task_id: str) -> AsyncIterable[bytes] | None:
        """The sound of a task; None where it is not wanted any more, or was another process's."""
        return self._open.get(task_id)

    def _sign(self, task_id: str, expires: int) -> str:
        return hmac.new(self._key, f"{task_id} {expires}".encode(), hashlib.sha256).hexdigest()
