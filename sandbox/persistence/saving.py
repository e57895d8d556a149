"""State file: written whole and atomically after every change, so that a kill leaves the old or the new one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.access import Access, new_token
from sandbox.persistence.snapshot import dump_state, load_state
from sandbox.telegram.events import Event
from sandbox.telegram.model import Json
from sandbox.telegram.state import ChatState

_FORMAT = 1
_FORMER_BOT_ID = 42
"""Id of the bot in files that do not hold its token yet."""
_log = logging.getLogger(__name__)
_TRANSIENT = frozenset({"api_call", "chat_action", "draft", "poll_began", "poll_ended", "faults", "callback_answer"})


class StateFileError(Exception):
    """The file exists but holds no state of a sandbox; the text names it."""


@dataclass(frozen=True)
class Saved:
    """Content of a state file: the access, the state as JSON, and the contents of its files by their hash."""

    access: Access
    state: Json
    contents: dict[str, bytes]


class StateFile:
    """One state in `path` (JSON) and its files' contents in the folder `path`.files, named by their hash.

    Both are readable to their owner only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = path.with_name(path.name + ".files")
        self._stored: set[str] = set()

    def read(self) -> Saved | None:
        """What the file holds; None when there is no file."""
        if not self._path.exists():
            return None
        with self._refusing():
            saved = json.loads(self._path.read_text(encoding="utf-8"))
            if saved["format"] != _FORMAT:
                raise StateFileError(f"{self._path} is of format {saved['format']}, not {_FORMAT}")
            access = Access(saved.get("token") or new_token(_FORMER_BOT_ID), saved["key"])
            contents = {digest: (self._folder / digest).read_bytes() for digest in saved["state"]["contents"]}
            return Saved(access, saved["state"], contents)

    def load(self, saved: Saved, state: ChatState) -> None:
        """Fill an empty state with what was saved."""
        with self._refusing():
            load_state(state, saved.state, saved.contents)
        self._stored = set(saved.contents)
        self._sweep()

    @contextlib.contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, TypeError, ValueError, OSError) as error:
            raise StateFileError(f"{self._path} holds no state of a sandbox ({type(error).__name__})") from error

    @asynccontextmanager
    async def kept(self, state: ChatState, access: Access) -> AsyncIterator[None]:
        """Save after every change while the context lasts, and once more at its end."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        with state.bus.subscribe() as queue:
            task = asyncio.create_task(self._keep(queue, state, access))
            try:
                yield
            finally:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
                self._write(*self._dump(state, access))

    async def _keep(self, queue: asyncio.Queue[Event], state: ChatState, access: Access) -> None:
        while True:
            kinds = {(await queue.get()).kind}
            while not queue.empty():
                kinds.add(queue.get_nowait().kind)
            if kinds - _TRANSIENT:
                # Shielded, for a write that goes on behind a cancelled task would meet the last one.
                writing = asyncio.ensure_future(asyncio.to_thread(self._write, *self._dump(state, access)))
                try:
                    await asyncio.shield(writing)
                except asyncio.CancelledError:
                    await writing
                    raise
                except OSError:
                    _log.exception("the sandbox's state could not be saved")

    def _dump(self, state: ChatState, access: Access) -> tuple[bytes, dict[str, bytes]]:
        """The file's text and the contents that are not in the folder yet, both as they are at this moment."""
        dumped = dump_state(state)
        saved = json.dumps({"format": _FORMAT, **asdict(access), "state": dumped}, ensure_ascii=False)
        new = {digest: state.files.content(digest) for digest in dumped["contents"] if digest not in self._stored}
        return saved.encode(), new

    def _write(self, saved: bytes, contents: dict[str, bytes]) -> None:
        for digest, content in contents.items():
            _write_atomically(self._folder / digest, content)
        self._stored.update(contents)
        _write_atomically(self._path, saved)

    def _sweep(self) -> None:
        """Remove contents that no state refers to any more."""
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if path.name not in self._stored:
                path.unlink()


def _write_atomically(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
