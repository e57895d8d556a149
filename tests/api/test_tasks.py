"""Tasks over HTTP: from an upload to its result, with an engine that says how loud each second is."""

import asyncio
import json

import pytest

from tests.api.conftest import ApiHarness, OpenApi
from tests.transcription.harness import note


async def test_an_upload_becomes_a_result_that_can_be_asked_for(api: ApiHarness) -> None:
    """202 at once with where to look; the same answer at three addresses; nothing is left of the file."""
    answer = await api.client.post("/transcribe/", files=api.voice(), data={"trim": ""}, params={"language": "en"})
    assert answer.status_code == 202
    task_id = answer.json()["task_id"]
    assert answer.json() == {"task_id": task_id, "status": "queued"}
    assert answer.headers["Location"] == f"/transcribe/{task_id}"
    done = await api.ended(task_id)
    assert done["status"] == "done"
    assert {"text", "language", "probability", "duration", "segments", "words"} <= set(done["result"])
    assert done["result"]["text"].startswith(("loud", "quiet"))
    assert done["result"]["segments"][0]["end"] > 1
    for path in ("transcribe", "status", "result"):
        assert (await api.client.get(f"/{path}/{task_id}")).json() == done
    await api.uploads_left(0)


async def test_a_waiting_task_tells_its_place_and_is_cancelled(api: ApiHarness) -> None:
    """DELETE ends a task that waits, and erases one that has ended: then it is unknown."""
    api.gate.clear()
    first, second = await api.submit("en_lj_0032"), await api.submit("en_sense_0930")
    view = (await api.client.get(f"/status/{second}")).json()
    assert view["status"] == "queued"
    assert view["position"] >= 1
    assert view["estimate"] > 0
    assert (await api.client.delete(f"/transcribe/{first}")).status_code == 204
    assert (await api.ended(first))["error"]["code"] == "cancelled"
    await api.uploads_left(1)
    api.gate.set()
    assert (await api.ended(second))["status"] == "done"
    assert (await api.client.delete(f"/transcribe/{second}")).status_code == 204
    assert (await api.client.get(f"/status/{second}")).status_code == 404
    rows = await api.harness.storage.database.rows("SELECT transcript FROM jobs", ())
    assert [row["transcript"] for row in rows] == [None]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"prompt": "Graphana"}, "no-prompt"),
        ({"language": "de"}, "unknown-language"),
        ({"task": "translate"}, "no-translation"),
    ],
)
async def test_what_a_model_cannot_do_is_refused(api: ApiHarness, fields: dict[str, str], code: str) -> None:
    """In a sentence that names the model."""
    data = {"model": "gigaam-v3", **fields}
    answer = await api.client.post("/transcribe/", files=api.voice(), data=data)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert "gigaam-v3" in answer.json()["error"]["message"]
    await api.uploads_left(0)


async def test_events_follow_a_task_to_its_end(api: ApiHarness) -> None:
    """Each is named after its status; the last one has the result."""
    api.gate.clear()
    task_id = await api.submit()
    asking = asyncio.create_task(api.client.get(f"/transcribe/{task_id}/events"))
    await api.harness.until_active()
    api.gate.set()
    answer = await asking
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    names = [line.removeprefix("event: ") for line in answer.text.splitlines() if line.startswith("event: ")]
    assert names[-2:] == ["processing", "done"]
    assert set(names) <= {"queued", "processing", "done"}  # it may have begun before it was asked for
    assert json.loads(answer.text.splitlines()[-2].removeprefix("data: "))["result"]["text"]


async def test_the_simple_call_answers_in_one_go(api: ApiHarness) -> None:
    """Text, language and duration; its errors are one sentence, whichever they are."""
    answer = await api.client.post("/transcribe", files=api.voice())
    assert answer.status_code == 200
    assert set(answer.json()) == {"text", "language", "duration"}
    no_audio = await api.client.post("/transcribe", files=api.voice("no audio"))
    assert (no_audio.status_code, no_audio.json()) == (422, {"error": "The file holds no audio that can be decoded."})
    wrong = await api.client.post("/transcribe", files=api.voice(), data={"trim": "-1"})
    assert wrong.status_code == 422
    assert isinstance(wrong.json()["error"], str)
    await api.uploads_left(0)


async def test_hanging_up_cancels_the_work(api: ApiHarness) -> None:
    """A client that no longer waits keeps no thread busy, and its file is erased."""
    api.gate.clear()
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n' + api.voice()["file"][1]
    messages = asyncio.Queue[dict[str, object]]()
    messages.put_nowait({"type": "http.request", "body": body + b"\r\n--b--\r\n"})
    headers = [(b"host", b"localhost"), (b"content-type", b"multipart/form-data; boundary=b")]
    scope = {"type": "http", "method": "POST", "path": "/transcribe", "query_string": b"", "headers": headers}

    async def send(_message: object) -> None:
        """Nobody reads it."""

    calling = asyncio.create_task(api.app({**scope, "client": ("127.0.0.1", 1)}, messages.get, send))
    await api.harness.until_active()
    messages.put_nowait({"type": "http.disconnect"})
    await calling
    (row,) = await api.harness.storage.database.rows("SELECT state FROM jobs", ())
    assert row["state"] == "cancelled"
    await api.uploads_left(0)


async def test_a_key_of_ones_own_makes_one_task(api: ApiHarness) -> None:
    """Sent again it is the same task, with another file it is refused; nothing is left of the second upload.

    One that was cancelled is begun anew: its first client may have lost its connection.
    """
    headers = {"Idempotency-Key": "mine", "Cache-Control": "no-cache"}
    api.gate.clear()
    await api.client.delete(f"/transcribe/{await api.submit(headers=headers)}")
    api.gate.set()
    first = await api.submit(headers=headers)
    assert await api.submit(headers=headers) == first
    other = await api.client.post("/transcribe/", files=api.voice("en_lj_0032"), headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency-mismatch")
    assert (await api.ended(first))["status"] == "done"
    await api.uploads_left(0)


async def test_a_known_file_is_answered_at_once_unless_one_asks_anew(api: ApiHarness) -> None:
    """The second task of the same bytes is done when it is submitted; `no-cache` has it transcribed again."""
    decoded: list[str] = []
    api.harness.on_decode = lambda name, _windows: decoded.append(name)
    await api.ended(await api.submit())
    once = len(decoded)
    assert (await api.client.get(f"/status/{await api.submit()}")).json()["status"] == "done"
    assert len(decoded) == once
    await api.ended(await api.submit(headers={"Cache-Control": "no-cache"}))
    assert len(decoded) == 2 * once


async def test_a_new_process_takes_up_tasks_and_sweeps_up(api: ApiHarness) -> None:
    """What waited when the process ended is done by the next; what lies about of no task is erased."""
    api.gate.clear()
    task_id = await api.submit()
    (api.folder / "uploads" / "orphan").touch()
    await api.close()
    api.gate.set()
    await api.open()
    assert (await api.ended(task_id))["status"] == "done"
    await api.uploads_left(0)


async def test_jobs_of_other_fronts_are_no_tasks(api: ApiHarness) -> None:
    """A voice message can't be read over HTTP, whatever is tried as its id."""
    job = await api.harness.service.submit(note("en_sense_0930"))
    for task_id in (job.request.source.key, str(job.id)):
        assert (await api.client.get(f"/status/{task_id}")).status_code == 404


async def test_ended_tasks_keep_nobody_from_sending_more(open_api: OpenApi) -> None:
    """The queue of a caller is bounded, by 503 with when to come again; what has ended does not count, read or not."""
    api = await open_api(keep_days=0)
    for name in ("en_sense_0930", "no audio", "no sound", "nothing"):
        await api.submit(name)
        await api.uploads_left(0)  # it has ended, and nobody has asked for its result
    api.gate.clear()
    tasks = [await api.submit(headers={"Cache-Control": "no-cache"}) for _ in range(3)]
    full = await api.client.post("/transcribe/", files=api.voice())
    assert (full.status_code, full.json()["error"]["code"]) == (503, "queue-full")
    assert int(full.headers["Retry-After"]) > 0
    api.gate.set()
    for task_id in tasks:
        await api.ended(task_id)
    await api.uploads_left(0)


async def test_parameters_are_checked_before_anything_is_done(api: ApiHarness) -> None:
    """Each refusal names its parameter, is 422, and leaves nothing behind."""
    wrong = {"model": "huge", "language": "klingon", "trim": "nan", "task": "sing", "diarize": "perhaps"}
    for name, value in wrong.items():
        for place in ("data", "params"):
            answer = await api.client.post("/transcribe/", files=api.voice(), **{place: {name: value}})  # type: ignore[arg-type]
            assert (answer.status_code, answer.json()["error"]["param"]) == (422, name), answer.text
    await api.uploads_left(0)
    assert not await api.harness.storage.database.rows("SELECT 1 FROM jobs", ())
