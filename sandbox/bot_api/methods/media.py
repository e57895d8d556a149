"""Methods about files: sendDocument, sendVoice, sendAudio, getFile."""

from __future__ import annotations

import time
from pathlib import Path

from sandbox.bot_api.methods.call import MethodCall
from sandbox.bot_api.methods.content import check_caption, read_text
from sandbox.bot_api.methods.messages import post
from sandbox.telegram.errors import UNAVAILABLE, bad_request
from sandbox.telegram.files import StoredFile
from sandbox.telegram.model import Json


def send_document(call: MethodCall) -> Json:
    """sendDocument."""
    return _send_file(call, "document", {})


def send_voice(call: MethodCall) -> Json:
    """sendVoice."""
    return _send_file(call, "voice", {"duration": call.params.integer("duration"), "mime_type": "audio/ogg"})


def send_audio(call: MethodCall) -> Json:
    """sendAudio."""
    tags = {name: call.params.text(name) for name in ("performer", "title") if call.params.text(name)}
    return _send_file(call, "audio", {"duration": call.params.integer("duration"), **tags})


def _send_file(call: MethodCall, kind: str, extra: Json) -> Json:
    caption = read_text(call.params, "caption")
    check_caption(caption)
    call.writable_chat()
    stored = _file_to_send(call, kind)
    named = {"file_name": stored.name} if stored.name and kind != "voice" else {}
    words = caption.fields("caption") if caption.text else {}
    return post(call, {kind: {**named, **extra, **stored.ids()}, **words})


def _file_to_send(call: MethodCall, kind: str) -> StoredFile:
    upload = call.params.upload(kind)
    if upload is not None:
        if not upload.content:
            raise bad_request("file must be non-empty")
        return call.state.files.add(kind, upload.content, upload.name)
    file_id = call.params.text(kind)
    if not file_id:
        raise bad_request(f"there is no {kind} in the request")
    try:
        return call.state.files.copy(file_id)
    except KeyError:
        raise bad_request("wrong file identifier/HTTP URL specified") from None


def get_file(call: MethodCall) -> Json:
    """getFile: a link that holds for an hour; a file over the limit is refused, except in local mode."""
    options = call.state.options
    file_id = call.params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = call.state.files.get(file_id)
    if stored is None:
        raise bad_request(UNAVAILABLE if call.state.files.is_id(file_id) else "invalid file_id")
    if options.local_dir is None and len(stored.content) > options.max_download_bytes:
        raise bad_request("file is too big")
    path = call.state.files.link(stored, time.monotonic())
    if options.local_dir is not None:
        path = str(_on_disk(options.local_dir / path, stored.content))
    return {**stored.ids(), "file_path": path}


def _on_disk(path: Path, content: bytes) -> Path:
    """The path of a file in local mode; one that was deleted is written again."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return path.absolute()
