"""Live sessions over a WebSocket, by the official client and by hand, with a real model."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.openai import realtime
from tests.api.openai.conftest import KEY, Server, serving
from tests.conftest import Read

CLIP = "en_sense_0930"
SPEAKING = {"audio": {"input": {"format": {"rate": 16_000}, "transcription": {"language": "en"}}}}


@pytest.fixture
async def server(tmp_path: Path, models_dir: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, models_dir, live_sessions=1) as server:
        yield server


@pytest.fixture
async def pcm(read: Read) -> bytes:
    """16 kHz: silence, a sentence, silence."""
    silence = np.zeros(16_000, "<i2")
    return np.concatenate([silence, np.asarray(await read(CLIP)), silence]).tobytes()


def audio(pcm: bytes) -> dict[str, Any]:
    return {"type": "input_audio_buffer.append", "audio": base64.b64encode(pcm).decode()}


def opened(server: Server, *, key: str = KEY) -> connect:
    url = f"{server.url.replace('http', 'ws')}/v1/realtime?intent=transcription"
    return connect(url, subprotocols=["realtime", f"openai-insecure-api-key.{key}"])  # type: ignore[list-item]


async def send(socket: ClientConnection, *events: Any) -> None:
    for event in events:
        await socket.send(json.dumps(event))


async def until(socket: ClientConnection, kind: str) -> list[dict[str, Any]]:
    """Events up to the first of a kind."""
    events: list[dict[str, Any]] = []
    async with asyncio.timeout(30):
        while not events or events[-1]["type"] != kind:
            events.append(json.loads(await socket.recv()))
    return events


async def test_the_official_client_is_told_what_is_said(server: Server, pcm: bytes) -> None:
    """Speech starts, words come, a pause ends the item, whose text is that of its deltas."""
    heard = []
    async with server.client() as client, client.realtime.connect(extra_query={"intent": "transcription"}) as session:
        await session.session.update(session={"type": "transcription", **SPEAKING})  # type: ignore[typeddict-item]
        for start in range(0, len(pcm), 32_000):
            await session.input_audio_buffer.append(audio=base64.b64encode(pcm[start : start + 32_000]).decode())
        async for event in session:
            heard.append(event)
            if event.type == "conversation.item.input_audio_transcription.completed":
                break
    kinds = list(dict.fromkeys(event.type.removeprefix("conversation.item.") for event in heard))
    assert kinds[:2] == ["session.created", "session.updated"]
    assert kinds[2] == "input_audio_buffer.speech_started"
    assert kinds[-1] == "input_audio_transcription.completed"
    assert {"input_audio_buffer.speech_stopped", "input_audio_buffer.committed"} <= set(kinds)
    deltas = [e.delta for e in heard if e.type == "conversation.item.input_audio_transcription.delta"]
    assert "".join(delta or "" for delta in deltas) == event.transcript
    assert "amiable himself" in event.transcript
    assert len({getattr(event, "item_id", None) for event in heard} - {None}) == 1


async def test_a_session_is_as_its_client_says(server: Server, pcm: bytes) -> None:
    """Without turn detection the client ends items; at 24 kHz the same words come; text that may change on request."""
    changes = {"audio": {"input": {"turn_detection": None}}, "include": ["item.input_audio_transcription.partial"]}
    slower = np.interp(np.arange(len(pcm) * 3 // 4) * 2 / 3, np.arange(len(pcm) // 2), np.frombuffer(pcm, "<i2"))
    async with opened(server) as socket:
        assert socket.subprotocol == "realtime"
        await send(socket, {"type": "session.update", "session": changes}, audio(slower.astype("<i2").tobytes()))
        await until(socket, "conversation.item.input_audio_transcription.partial")
        await send(socket, {"type": "input_audio_buffer.commit"})
        events = await until(socket, "conversation.item.input_audio_transcription.completed")
        assert "amiable" in events[-1]["transcript"]
        assert not [event for event in events if "speech" in event["type"]]
        await send(socket, {"type": "input_audio_buffer.commit"}, {"type": "input_audio_buffer.clear"})
        assert (await until(socket, "error"))[-1]["error"]["code"] == "input_audio_buffer_commit_empty"
        await until(socket, "input_audio_buffer.cleared")


async def test_what_makes_no_sense_is_an_error_and_no_end(server: Server) -> None:
    """The client is told which event of its own it was, and the session goes on as it was."""

    def update(audio_input: object) -> dict[str, Any]:
        return {"type": "session.update", "session": {"audio": {"input": audio_input}}}

    senseless: list[dict[str, Any]] = [
        {"type": "response.create"},
        {"type": "input_audio_buffer.append", "audio": "?"},
        {"type": "input_audio_buffer.append", "audio": 1},
        {"type": "session.update", "session": {"type": "realtime"}},
        update(7),
        update({"format": {"type": "audio/pcmu"}}),
        update({"transcription": {"model": "none"}}),
        update({"transcription": {"language": "tlh"}}),
    ]
    async with opened(server) as socket:
        await socket.send("no JSON")
        assert (await until(socket, "error"))[-1]["error"]["code"] == "invalid_json"
        for number, event in enumerate(senseless):
            await send(socket, {**event, "event_id": f"mine-{number}"})
            error = (await until(socket, "error"))[-1]["error"]
            assert error["code"]
            assert error["event_id"] == f"mine-{number}"
        await send(socket, update({"turn_detection": None, "noise_reduction": {"type": "near_field"}}))
        shown = (await until(socket, "session.updated"))[-1]["session"]["audio"]["input"]
        assert (shown["turn_detection"], shown["format"]["rate"]) == (None, 24_000)


async def test_sessions_are_few_and_in_use(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong key and one session too many are refused before the WebSocket is open; idle ones and floods end."""
    with pytest.raises(InvalidStatus) as stranger:
        await opened(server, key="wrong").__aenter__()
    assert stranger.value.response.status_code == 401
    async with opened(server):
        with pytest.raises(InvalidStatus) as another:
            await opened(server).__aenter__()
    assert another.value.response.status_code == 503
    assert b"too_many_sessions" in another.value.response.body

    monkeypatch.setattr(realtime, "IDLE_S", 0.05)
    async with opened(server) as socket:
        assert (await until(socket, "error"))[-1]["error"]["code"] == "session_timeout"
        with pytest.raises(ConnectionClosed):
            await socket.recv()
    async with opened(server) as socket:
        await socket.send("x" * (2 << 20))
        with pytest.raises(ConnectionClosed) as huge:
            await until(socket, "never")
    assert huge.value.rcvd
    assert huge.value.rcvd.code == 1009
