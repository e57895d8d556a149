"""File store in memory: equal content shares one file_unique_id, each sending has its own file_id."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.model import Json

FOLDERS = {
    "voice": ("voice", "oga"),
    "audio": ("music", "mp3"),
    "video": ("videos", "mp4"),
    "video_note": ("video_notes", "mp4"),
    "photo": ("photos", "jpg"),
    "document": ("documents", "bin"),
}
_FILE_ID = re.compile(r"SB[A-Za-z0-9_-]{40}")


@dataclass(frozen=True)
class StoredFile:
    """A file as it was sent once."""

    file_id: str
    digest: str
    kind: str
    content: bytes
    name: str | None = None

    def ids(self) -> Json:
        """The fields that every Bot API file object has."""
        return {"file_id": self.file_id, "file_unique_id": f"AgAD{self.digest[:11]}", "file_size": len(self.content)}


@dataclass(frozen=True)
class _Link:
    file: StoredFile
    expires_at: float


class FileStore:
    """All files of a sandbox and their download links; times are seconds of any one clock."""

    def __init__(self, link_ttl_s: float) -> None:
        self._ttl_s = link_ttl_s
        self._files: dict[str, StoredFile] = {}
        self._contents: dict[str, bytes] = {}
        self._links: dict[str, _Link] = {}
        self._paths: dict[str, str] = {}

    def add(self, kind: str, content: bytes, name: str | None = None) -> StoredFile:
        """Store a file; equal content is stored once."""
        digest = hashlib.sha256(content).hexdigest()
        content = self._contents.setdefault(digest, content)
        stored = StoredFile(f"SB{secrets.token_urlsafe(30)}", digest, kind, content, name)
        self._files[stored.file_id] = stored
        return stored

    def copy(self, file_id: str) -> StoredFile:
        """The same file under a new file_id, as a forward makes it; KeyError for an unknown id."""
        known = self._files[file_id]
        return self.add(known.kind, known.content, known.name)

    def get(self, file_id: str) -> StoredFile | None:
        """The file, if the id is known."""
        return self._files.get(file_id)

    @staticmethod
    def is_id(text: str) -> bool:
        """Whether a text has the form of a file_id, known or not."""
        return _FILE_ID.fullmatch(text) is not None

    def content(self, digest: str) -> bytes:
        """The content with this SHA-256; KeyError when there is none."""
        return self._contents[digest]

    def to_json(self) -> Json:
        """What outlives a restart; "contents" are hashes."""
        files = [[each.file_id, each.digest, each.kind, each.name] for each in self._files.values()]
        return {"contents": list(self._contents), "files": files, "paths": dict(self._paths)}

    def load(self, saved: Json, contents: Mapping[str, bytes]) -> None:
        """Go on from what `to_json` gave, with the contents by their hashes."""
        self._contents = dict(contents)
        for file_id, digest, kind, name in saved["files"]:
            self._files[file_id] = StoredFile(file_id, digest, kind, contents[digest], name)
        self._paths = saved["paths"]

    def link(self, stored: StoredFile, now: float) -> str:
        """The path to download it from; asking again renews its time to live."""
        path = self._paths.get(stored.file_id)
        if path is None:
            folder, ending = FOLDERS[stored.kind]
            extension = (stored.name or "").rpartition(".")[2]
            ending = extension if extension.isalnum() and extension != stored.name else ending
            path = self._paths[stored.file_id] = f"{folder}/file_{len(self._paths)}.{ending}"
        self._links[path] = _Link(stored, now + self._ttl_s)
        return path

    def open(self, path: str, now: float) -> StoredFile | None:
        """The file behind a link; None when it is unknown or has expired."""
        link = self._links.get(path)
        return link.file if link is not None and now < link.expires_at else None


def media_fields(kind: str, stored: StoredFile, claims: Mapping[str, Any]) -> Json:
    """The media field of a message; what the sender claims (duration, names, types) is passed on, as Telegram does."""
    shapes: dict[str, Json] = {
        "voice": {"duration": 1, "mime_type": "audio/ogg"},
        "audio": {"duration": 1, "mime_type": "audio/mpeg"},
        "video": {"duration": 1, "width": 320, "height": 240, "mime_type": "video/mp4"},
        "video_note": {"duration": 1, "length": 240},
        "document": {"mime_type": "application/octet-stream"},
        "photo": {"width": 320, "height": 240},
    }
    media = {**shapes[kind], **stored.ids(), **claims}
    media = {name: value for name, value in media.items() if value is not None}
    return {kind: [media] if kind == "photo" else media}
