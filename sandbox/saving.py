"""The state in a file: written whole after every change, so that a kill leaves the old one or the new one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.events import Event
from sandbox.snapshot import dump_state, load_state
from sandbox.state import ChatState

_FORMAT = 1
_log = logging.getLogger(__name__)
_PASSING = frozenset({"api_call", "chat_action", "draft", "poll_began", "poll_ended", "troubles", "callback_answer"})


class StateFileError(Exception):
    """The file is there but holds no state of a sandbox; the text names it."""


class StateFile:
    """One state in `path` (JSON) and its files' contents in the folder `path`.files, named by their hash."""

    def __init__(self, path: Path, state: ChatState) -> None:
        self._path = path
        self._folder = path.with_name(path.name + ".files")
        self._state = state
        self._stored: set[str] = set()

    def load(self) -> str | None:
        """Fill the state from the file and return the key kept with it; None when there is no file."""
        if not self._path.exists():
            return None
        try:
            saved = json.loads(self._path.read_text(encoding="utf-8"))
            if saved["format"] != _FORMAT:
                raise StateFileError(f"{self._path} is of format {saved['format']}, not {_FORMAT}")
            contents = {digest: (self._folder / digest).read_bytes() for digest in saved["state"]["contents"]}
            load_state(self._state, saved["state"], contents)
            key: str = saved["key"]
        except (KeyError, TypeError, ValueError, OSError) as error:
            raise StateFileError(f"{self._path} holds no state of a sandbox ({type(error).__name__})") from error
        self._stored = set(contents)
        self._sweep()
        return key

    @asynccontextmanager
    async def kept(self, key: str) -> AsyncIterator[None]:
        """Save after every change while the context lasts, and once more at its end."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._state.bus.subscribe() as queue:
            task = asyncio.create_task(self._keep(queue, key))
            try:
                yield
            finally:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
                self._write(*self._dump(key))

    async def _keep(self, queue: asyncio.Queue[Event], key: str) -> None:
        while True:
            kinds = {(await queue.get()).kind}
            while not queue.empty():
                kinds.add(queue.get_nowait().kind)
            if kinds - _PASSING:
                # Shielded, for a write that goes on behind a cancelled task would meet the last one.
                writing = asyncio.ensure_future(asyncio.to_thread(self._write, *self._dump(key)))
                try:
                    await asyncio.shield(writing)
                except asyncio.CancelledError:
                    await writing
                    raise
                except OSError:
                    _log.exception("the sandbox's state could not be saved")

    def _dump(self, key: str) -> tuple[bytes, dict[str, bytes]]:
        """The file's text and the contents that are not in the folder yet, both as they are at this moment."""
        state = dump_state(self._state)
        saved = json.dumps({"format": _FORMAT, "key": key, "state": state}, ensure_ascii=False)
        new = {digest: self._state.files.content(digest) for digest in state["contents"] if digest not in self._stored}
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
