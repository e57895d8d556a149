"""Methods about files: sendDocument, sendVoice, sendAudio, sendPhoto, editMessageMedia, getFile."""

from __future__ import annotations

import struct
import time
from dataclasses import replace
from pathlib import Path

from sandbox.bot_api.methods.call import MethodCall
from sandbox.bot_api.methods.content import check_caption, read_keyboard, read_text
from sandbox.bot_api.methods.messages import post
from sandbox.telegram.errors import UNAVAILABLE, bad_request
from sandbox.telegram.files import StoredFile
from sandbox.telegram.model import Json

MAX_PHOTO_BYTES = 10 << 20
MAX_PHOTO_SIDES = 10_000
"""Pixels of width and height together."""
MAX_PHOTO_RATIO = 20
_START_OF_FRAME = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


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


def send_photo(call: MethodCall) -> Json:
    """sendPhoto."""
    caption = read_text(call.params, "caption")
    check_caption(caption)
    call.writable_chat()
    words = caption.fields("caption") if caption.text else {}
    return post(call, {"photo": _photo(call, "photo"), **words})


def edit_message_media(call: MethodCall) -> Json:
    """editMessageMedia: a photo with its caption takes the place of what the message showed, text included."""
    media = call.params.json("media", "input media")
    if not isinstance(media, dict):
        raise bad_request("can't parse InputMedia: Expected an Object")
    if media.get("type") != "photo":
        raise bad_request("the sandbox puts only photos into messages")
    inner = replace(call, params=replace(call.params, values={**media, "photo": media.get("media")}))
    caption = read_text(inner.params, "caption")
    check_caption(caption, editing=True)
    keyboard = read_keyboard(call.params)
    chat = call.editable_chat()
    message = call.own_message(chat)
    photo = _photo(inner, "photo")
    call.spend(chat)
    words = {"caption": None, "caption_entities": None, **(caption.fields("caption") if caption.text else {})}
    other = dict.fromkeys(("text", "entities", "document", "link_preview_options"))
    call.state.edit(chat, message, {**other, "photo": photo, **words, "reply_markup": keyboard})
    return call.state.render(chat, message)


def _photo(call: MethodCall, name: str) -> list[Json]:
    """The sizes of a photo: here the one that was sent, within the server's limits."""
    stored = _file_to_send(call, name)
    if len(stored.content) > MAX_PHOTO_BYTES:
        raise bad_request("file is too big")
    width, height = image_size(stored.content) or (0, 0)
    if not width or not height:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if width + height > MAX_PHOTO_SIDES or max(width, height) > MAX_PHOTO_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return [{**stored.ids(), "width": width, "height": height}]


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    at = 2
    while content.startswith(b"\xff\xd8") and at + 9 <= len(content) and content[at] == 0xFF:
        if content[at + 1] in _START_OF_FRAME:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return None


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
