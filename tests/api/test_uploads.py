"""Uploads: what is refused, and when."""

from collections.abc import AsyncIterator

import pytest

from api.guard import lingering
from tests.api.conftest import ApiHarness, OpenApi

HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    api: ApiHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its announced length at once, else at its first byte too many; nothing of it is kept."""
    monkeypatch.setattr(lingering, "LINGER_S", 0)
    sent = 0

    async def endless(total: int) -> AsyncIterator[bytes]:
        nonlocal sent
        yield HEAD
        for sent in range(0, total, 1 << 16):  # noqa: B007 - read by the test
            yield bytes(1 << 16)

    announced = await api.client.post(
        "/transcribe/", content=endless(1 << 40), headers={**MULTIPART, "Content-Length": str(1 << 31)}
    )
    assert (announced.status_code, sent) == (413, 0)
    assert announced.json()["error"]["message"] == "The file is larger than 1 MiB."
    unannounced = await api.client.post("/transcribe/", content=endless(1 << 40), headers=MULTIPART)
    assert unannounced.status_code == 413
    assert sent < 2 << 20
    await api.uploads_left(0)


async def test_all_uploads_together_are_bounded(open_api: OpenApi) -> None:
    """Where there is no room a file is refused with when to come again, and taken once there is room."""
    api = await open_api(max_upload_bytes=20_000)
    api.gate.clear()
    first = await api.submit("en_sense_0930")
    full = await api.client.post("/transcribe/", files=api.voice("en_lj_0032"))
    assert (full.status_code, full.json()["error"]["code"]) == (503, "no-room")
    assert "Retry-After" in full.headers
    api.gate.set()
    await api.ended(first)
    await api.uploads_left(0)
    await api.ended(await api.submit("en_fleurs_007"))


async def test_a_broken_form_says_so(api: ApiHarness) -> None:
    """Whatever is wrong with it, and nothing is left of it."""
    part = b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\n%s\r\n--b--\r\n'
    for body, status, code in (
        (b"", 400, "invalid-form"),
        (HEAD + b"half", 400, "invalid-form"),
        (b"no form at all", 400, "invalid-form"),
        (part % b"1", 422, "no-file"),
        (part % bytes(70_000), 413, "form-too-big"),
    ):
        answer = await api.client.post("/transcribe/", content=body, headers=MULTIPART)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    no_form = await api.client.post("/transcribe/", json={})
    assert (no_form.status_code, no_form.json()["error"]["code"]) == (415, "not-multipart")
    await api.uploads_left(0)


async def test_fields_may_stand_before_and_after_the_file(api: ApiHarness) -> None:
    """And in the query, which has the last word; the file's name is no path."""
    field = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = (
        field % (b"language", b"en") + HEAD + api.voice()["file"][1] + b"\r\n" + field % (b"trim", b"1") + b"--b--\r\n"
    )
    answer = await api.client.post("/transcribe/?trim=2", content=body, headers=MULTIPART)
    job = await api.harness.store.get(1)
    assert answer.status_code == 202
    assert job
    assert (job.request.language, job.request.options.trim_s) == ("en", 2)


async def test_a_recording_is_kept_and_transcribed_when_asked_for(api: ApiHarness) -> None:
    """As often as one likes, with who said what; it stays until it is deleted, also over a new start."""
    kept = await api.client.post("/api/recordings", files=api.voice())
    assert kept.status_code == 201
    path = f"/api/recordings/{kept.json()['id']}"
    await api.close()
    await api.open()
    answer = await api.client.post(f"{path}/transcribe-whisperx", json={"model": "tiny.en", "hf_token": "x"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["success"]
    assert answer.json()["transcription"]
    assert set(answer.json()["metadata"]) == {"transcription_method", "segments", "device"}
    await api.uploads_left(1)
    assert (await api.client.delete(path)).status_code == 204
    assert (await api.client.post(f"{path}/transcribe-whisperx")).status_code == 404
    await api.uploads_left(0)


async def test_a_refusal_is_read_by_a_client_that_still_sends(open_api: OpenApi) -> None:
    """The answer is sent at once; what goes on coming is thrown away, and the connection closed then."""
    api = await open_api(keys=("key",))
    headers = [(b"host", b"localhost"), (b"content-type", b"multipart/form-data; boundary=b")]
    scope = {"type": "http", "method": "POST", "path": "/transcribe/", "query_string": b"", "headers": headers}
    chunks, log = iter([True, True, False]), list[str]()

    async def receive() -> dict[str, object]:
        log.append("chunk")
        return {"type": "http.request", "body": bytes(1 << 16), "more_body": next(chunks)}

    async def send(message: dict[str, object]) -> None:
        log.append(f"{message.get('status', '')}{len(str(message.get('body', '')))}{message.get('more_body', '')}")
        if "status" in message:
            assert (b"connection", b"close") in message["headers"]  # type: ignore[operator]

    await api.app({**scope, "client": ("127.0.0.1", 1)}, receive, send)
    assert [step[:3] for step in log] == ["401", log[1][:3], "chu", "chu", "chu", "0"]
    assert log[1].endswith("True")
