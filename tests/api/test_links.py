"""Links in place of files, where the owner lets them be followed."""

from collections.abc import AsyncGenerator

import pytest

from api.tasks import API
from tests.api.conftest import ApiHarness, OpenApi
from transcription.audio.fetching import Fetcher
from transcription.jobs import File

LINK = "https://example.org/talk.ogg"
PATHS = ("/transcribe", "/transcribe/", "/v1/audio/transcriptions")


@pytest.fixture
async def api(open_api: OpenApi) -> ApiHarness:
    api = await open_api(takes_links=True)

    async def fetch(file: File) -> AsyncGenerator[bytes]:
        assert file.file_id == LINK
        yield api.harness.clips["en_sense_0930"].voice

    kind = api.harness.sources[API]
    api.harness.sources[API] = type(kind)(
        kind.fetch, kind.max_file_bytes, is_polled=True, links=Fetcher(fetch, 1 << 20)
    )
    return api


async def test_a_link_is_transcribed_as_a_file_is(api: ApiHarness) -> None:
    """By each call that takes a file to transcribe; the same key gives the same task, and nothing lies on the disk."""
    link = {"url": (None, LINK)}
    text = (await api.client.post("/transcribe", files=link)).json()["text"]
    assert text == (await api.client.post("/transcribe", files=api.voice())).json()["text"]
    assert (await api.client.post("/v1/audio/transcriptions", files=link | {"model": (None, "tiny.en")})).json()[
        "text"
    ] == text
    headers = {"Idempotency-Key": "mine"}
    tasks = [(await api.client.post("/transcribe/", files=link, headers=headers)).json()["task_id"] for _ in range(2)]
    assert tasks[0] == tasks[1]
    assert (await api.ended(tasks[0]))["result"]["text"] == text
    other = await api.client.post("/transcribe/", files={"url": (None, f"{LINK}?2")}, headers=headers)
    assert other.json()["error"]["code"] == "idempotency-mismatch"
    assert (await api.client.delete(f"/transcribe/{tasks[0]}")).status_code == 204
    await api.uploads_left(0)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"url": (None, "file:///etc/passwd")}, "invalid-parameter"),
        ({"url": (None, "../uploads/x")}, "invalid-parameter"),
        ({"url": (None, f"https://{'x' * 5000}")}, "invalid-parameter"),
        ({"url": (None, " ")}, "no-file"),
        ({"url": (None, LINK), "file": ("a.ogg", b"OggS")}, "file-and-link"),
    ],
)
async def test_what_is_no_link_is_refused(api: ApiHarness, form: dict[str, tuple[str | None, str]], code: str) -> None:
    """Nothing is left of what came with it."""
    answer = await api.client.post("/transcribe/", files=form)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    await api.uploads_left(0)


async def test_the_page_says_where_links_are_taken(api: ApiHarness) -> None:
    """Recordings are kept here, so these are files always."""
    paths = (await api.client.get("/openapi.json")).json()["paths"]
    forms = {
        path: call["post"]["requestBody"]["content"]
        for path, call in paths.items()
        if "requestBody" in call.get("post", {})
    }
    taken = {
        path
        for path, form in forms.items()
        if "url" in form.get("multipart/form-data", {}).get("schema", {}).get("properties", {})
    }
    assert taken == {*PATHS, "/v1/audio/translations"}
    answer = await api.client.post("/api/recordings", files={"url": (None, LINK)})
    assert answer.json()["error"]["code"] == "no-file"


async def test_no_link_is_taken_by_default(open_api: OpenApi) -> None:
    """Nor does the page know of any."""
    api = await open_api()
    for path in PATHS:
        answer = await api.client.post(path, files={"url": (None, LINK), "model": (None, "tiny.en")})
        assert answer.status_code in {400, 422}
    assert '"url"' not in (await api.client.get("/openapi.json")).text
