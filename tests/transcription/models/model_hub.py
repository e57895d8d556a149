"""A model hub on this machine."""

import hashlib
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from transcription.models.catalogue import find

SMALL = find("small")
WEIGHTS = bytes(range(256)) * 16_000
COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "config.json": b"{}",
    "model.bin": WEIGHTS,
    "tokenizer.json": b"{...}",
    "vocabulary.txt": b"<|endoftext|>",
}


def git_id(content: bytes) -> str:
    """What git calls a file."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class Hub:
    """A model hub that keeps large files elsewhere, as the real one does, and notes what it was asked for."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256(WEIGHTS).hexdigest()
        self.repo, self.files, self.large = SMALL.repo, dict(FILES), "model.bin"
        self.asked: list[tuple[str, str | None]] = []
        self.tokens: dict[str, str | None] = {}
        self.ranges = True
        self.broken_after: int | None = None
        app = web.Application()
        app.router.add_get("/api/models/{org}/{repo}", self.model)
        app.router.add_get("/{org}/{repo}/resolve/{commit}/{file:.+}", self.resolve)
        app.router.add_get("/elsewhere/{file}", self.content)
        self.server = TestServer(app)

    async def model(self, request: web.Request) -> web.Response:
        if f"{request.match_info['org']}/{request.match_info['repo']}" != self.repo:
            return web.json_response({"error": "Repository not found"}, status=404)
        files: list[dict[str, Any]] = [{"rfilename": "README.md", "size": 9}, {"rfilename": "../model.bin", "size": 9}]
        files += [
            {"rfilename": name, "size": len(content), "blobId": git_id(content)} for name, content in self.files.items()
        ]
        large = next(file for file in files if file["rfilename"] == self.large)
        large["lfs"] = {"size": large["size"], "sha256": self.sha256, "pointerSize": 134}
        return web.json_response({"id": self.repo, "sha": COMMIT, "siblings": files})

    async def resolve(self, request: web.Request) -> web.StreamResponse:
        assert request.match_info["commit"] == COMMIT
        self.tokens["hub"] = request.headers.get("Authorization")
        if request.match_info["file"] == "model.bin":
            raise web.HTTPFound(f"http://localhost:{self.server.port}/elsewhere/model.bin")
        return await self.content(request)

    async def content(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["file"]
        self.asked.append((name, request.headers.get("Range")))
        self.tokens[name] = request.headers.get("Authorization")
        start = (request.http_range.start or 0) if self.ranges else 0
        response = web.StreamResponse(status=206 if start else 200)
        response.content_length = len(self.files[name]) - start
        await response.prepare(request)
        if self.broken_after is not None and name == "model.bin":
            await response.write(self.files[name][start : start + self.broken_after])
            self.broken_after = None
            assert request.transport
            request.transport.close()
            return response
        await response.write(self.files[name][start:])
        return response
