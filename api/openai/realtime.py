"""A live session over a WebSocket, in the events of OpenAI's transcription sessions."""

import asyncio
import base64
import binascii
import itertools
import json
import uuid
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.errors import ApiError
from api.openai.realtime_session import Session
from transcription import (
    Committed,
    ItemCompleted,
    LiveEvent,
    LiveSession,
    Preferences,
    Resampler,
    SpeechStarted,
    SpeechStopped,
    TextChanged,
    TranscriptionError,
)

log = structlog.get_logger()

MAX_SESSION_S = 3600.0
IDLE_S = 60.0
"""A client that sends nothing for so long is gone."""
SEND_S = 20.0
"""A client that takes no event for so long is gone."""
SLICE_BYTES = 48_000
"""Of a message: what is given to the session in one go, so that a long one waits for room."""
NORMAL, POLICY, FAILED = 1000, 1008, 1011
"""Codes that a WebSocket is closed with."""


class RealtimeConnection:
    """Speaks with one client: its events change the session, the session's become text."""

    def __init__(self, websocket: WebSocket, live: LiveSession, session: Session, defaults: Preferences) -> None:
        self._websocket = websocket
        self._live = live
        self._session = session
        self._defaults = defaults
        self._id = uuid.uuid4().hex
        self._numbers = itertools.count()
        self._resampler = Resampler(session.rate)
        self._former_item: str | None = None

    async def run(self) -> None:
        """Until the client hangs up, is idle or too slow, or the session has lasted an hour."""
        await self._send("session.created", session=self._shown())
        tasks = {asyncio.create_task(self._read()), asyncio.create_task(self._write())}
        try:
            done, _ = await asyncio.wait(tasks, timeout=MAX_SESSION_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        ended = next(iter(done), None)
        await self._end(ended.exception() if ended else _session_error("session_expired", "It lasted an hour."))

    async def _end(self, error: BaseException | None) -> None:
        """Say why it ends, where the client can still hear it."""
        if error is None or isinstance(error, WebSocketDisconnect):
            return
        if isinstance(error, TimeoutError):
            error = _session_error("session_timeout", "Nothing came or went for a while.")
        if isinstance(error, TranscriptionError):
            error = ApiError.of(error.code, error.details)
        if not isinstance(error, ApiError):
            raise error
        code = FAILED if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else POLICY
        log.info("live session ended early", session=self._id, error=error.code)
        try:
            await self._send_error(error)
            await self._websocket.close(code, error.code)
        except (WebSocketDisconnect, TimeoutError):
            log.info("live client gone", session=self._id)

    async def _read(self) -> None:
        while True:
            async with asyncio.timeout(IDLE_S):
                message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", NORMAL))
            event_id = None
            try:
                event = _parse(message.get("text") or message.get("bytes") or b"")
                event_id = event.get("event_id")
                await self._on_event(event)
            except ApiError as error:
                await self._send_error(error, event_id)

    async def _on_event(self, event: Mapping[str, Any]) -> None:
        match event.get("type"):
            case "session.update":
                await self._on_update(event.get("session"))
            case "input_audio_buffer.append":
                await self._on_append(event.get("audio"))
            case "input_audio_buffer.commit":
                if not self._live.commit():
                    message = "The buffer holds less than 100 ms of sound."
                    raise ApiError(HTTPStatus.BAD_REQUEST, "input_audio_buffer_commit_empty", message)
            case "input_audio_buffer.clear":
                self._live.clear()
                await self._send("input_audio_buffer.cleared")
            case _:
                message = "A transcription session has no event of this type."
                raise ApiError(HTTPStatus.BAD_REQUEST, "invalid_value", message, param="type")

    async def _on_update(self, changes: object) -> None:
        if not isinstance(changes, Mapping):
            raise ApiError(HTTPStatus.BAD_REQUEST, "invalid_type", "session is to be an object.", param="session")
        session = self._session.updated(changes)
        self._live.options = session.live_options(self._defaults)
        if session.rate != self._session.rate:
            self._resampler = Resampler(session.rate)
        self._session = session
        await self._send("session.updated", session=self._shown())

    async def _on_append(self, audio: object) -> None:
        try:
            pcm = base64.b64decode(audio, validate=True)  # type: ignore[arg-type]  # what is no text is an error, too
        except (binascii.Error, TypeError, ValueError):
            message = "audio is to be PCM in base64."
            raise ApiError(HTTPStatus.BAD_REQUEST, "invalid_value", message, param="audio") from None
        for start in range(0, len(pcm), SLICE_BYTES):
            await self._live.feed(self._resampler.push(pcm[start : start + SLICE_BYTES]))

    async def _write(self) -> None:
        async for event in self._live.events():
            for kind, fields in self._events_of(event):
                await self._send(kind, **fields)

    def _events_of(self, event: LiveEvent) -> Iterator[tuple[str, dict[str, Any]]]:
        item_id = f"item_{self._id[:16]}_{event.item}"
        has_turns = self._session.audio.input.turn_detection is not None
        text = {"item_id": item_id, "content_index": 0}
        match event:
            case SpeechStarted(start_ms=start_ms) if has_turns:
                yield "input_audio_buffer.speech_started", {"item_id": item_id, "audio_start_ms": start_ms}
            case SpeechStopped(end_ms=end_ms) if has_turns:
                yield "input_audio_buffer.speech_stopped", {"item_id": item_id, "audio_end_ms": end_ms}
            case Committed():
                former, self._former_item = self._former_item, item_id
                yield "input_audio_buffer.committed", {"item_id": item_id, "previous_item_id": former}
            case TextChanged(delta=delta, tentative=tentative):
                if delta:
                    yield "conversation.item.input_audio_transcription.delta", {**text, "delta": delta}
                if self._session.wants_partial:
                    yield "conversation.item.input_audio_transcription.partial", {**text, "text": tentative}
            case ItemCompleted(text=transcript, duration_s=duration_s):
                usage = {"type": "duration", "seconds": round(duration_s, 3)}
                fields = {**text, "transcript": transcript, "usage": usage}
                yield "conversation.item.input_audio_transcription.completed", fields

    def _shown(self) -> dict[str, Any]:
        session = self._session.model_dump()
        return {"id": f"sess_{self._id}", "object": "realtime.transcription_session", **session}

    async def _send_error(self, error: ApiError, event_id: object = None) -> None:
        said = error.content["error"]
        assert isinstance(said, dict)
        await self._send("error", error={**said, "event_id": event_id})

    async def _send(self, kind: str, **fields: object) -> None:
        event = {"type": kind, "event_id": f"event_{self._id[:16]}_{next(self._numbers)}", **fields}
        async with asyncio.timeout(SEND_S):
            await self._websocket.send_text(json.dumps(event, ensure_ascii=False))


def _parse(message: str | bytes) -> Mapping[str, Any]:
    try:
        event = json.loads(message)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise ApiError(HTTPStatus.BAD_REQUEST, "invalid_json", "A message is to be an object in JSON.")
    return event


def _session_error(code: str, message: str) -> ApiError:
    return ApiError(HTTPStatus.BAD_REQUEST, code, message)
