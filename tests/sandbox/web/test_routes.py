"""The web chat over HTTP: its event stream, its actions, and files."""

import asyncio
import json
import shutil
from pathlib import Path

import aiohttp
import pytest

from sandbox import RateLimits, SandboxOptions
from sandbox.web.recording import ogg_duration_s
from sandbox.web.seed import ANNA, FORUM_ID, GROUP_ID

DATA = Path(__file__).parents[2] / "data"
NOTE = DATA / "audio" / "ru_ast_vm-savefolder.ogg"
PAGE = SandboxOptions(page=True, samples_dir=DATA, rates=RateLimits(enabled=False))

pytestmark = pytest.mark.parametrize("options", [PAGE], indirect=True, ids=["page"])


class Stream:
    """Reads server-sent events of the page."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._lines = response.content
        self.last_id = ""

    async def next(self, kind: str) -> dict:
        """The next event of this kind, as parsed JSON."""
        async with asyncio.timeout(5):
            while True:
                fields = {}
                while line := (await self._lines.readline()).decode().strip():
                    name, _, value = line.partition(": ")
                    fields[name] = value
                self.last_id = fields.get("id", self.last_id)
                if fields.get("event") == kind:
                    return json.loads(fields["data"])


async def post(http, server, path, **payload):
    async with http.post(server.page_url + path, json=payload) as response:
        return await response.json()


async def test_the_stream_begins_with_everything_and_goes_on_with_changes(server, http, bot):
    """A snapshot with people, chats and samples; then messages, drafts, menus, deletions and calls as they happen."""
    async with http.get(f"{server.page_url}events") as response:
        stream = Stream(response)
        snapshot = await stream.next("snapshot")
        kinds = ["private", "private", "group", "supergroup", "supergroup"]
        assert [chat["type"] for chat in snapshot["scene"]["chats"]] == kinds
        assert {sample["language"] for sample in snapshot["samples"]} >= {"en", "ru"}
        await post(http, server, "control/send", user_id=ANNA.id, text="hi")
        assert (await stream.next("message"))["text"] == "hi"
        sent = await bot.send_message(ANNA.id, "<b>hello</b>", parse_mode="HTML")
        assert (await stream.next("message"))["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
        assert (await stream.next("call"))["method"] == "sendMessage"
        await bot.send_message_draft(chat_id=ANNA.id, draft_id=1, text="so")
        assert (await stream.next("drafts"))["drafts"][0]["text"] == "so"
        await bot.set_my_commands([{"command": "go", "description": "Go"}])
        assert (await stream.next("scene"))["chats"][0]["menus"][str(ANNA.id)][0]["command"] == "go"
        await bot.delete_message(ANNA.id, sent.message_id)
        assert await stream.next("gone") == {"chat_id": ANNA.id, "message_id": sent.message_id}


async def test_a_cut_stream_goes_on_where_it_was(server, http):
    """With the last id only what was missed is told; with an id of another run everything."""
    async with http.get(f"{server.page_url}events") as response:
        stream = Stream(response)
        await stream.next("snapshot")
    await post(http, server, "control/send", user_id=ANNA.id, text="missed")
    async with http.get(f"{server.page_url}events", headers={"Last-Event-ID": stream.last_id}) as response:
        assert (await Stream(response).next("message"))["text"] == "missed"
    async with http.get(f"{server.page_url}events", headers={"Last-Event-ID": "other-3"}) as response:
        again = await Stream(response).next("snapshot")
        assert again["messages"][str(ANNA.id)][0]["text"] == "missed"


async def test_menus_follow_scope_and_language(server, http, bot):
    """The narrowest scope wins, and in it the person's language."""
    await bot.set_my_commands([{"command": "any", "description": "x"}])
    await bot.set_my_commands([{"command": "group", "description": "x"}], scope={"type": "all_group_chats"})
    await bot.set_my_commands([{"command": "ru", "description": "x"}], language_code="ru")
    async with http.get(f"{server.page_url}events") as response:
        scene = (await Stream(response).next("snapshot"))["scene"]
    menus = [[menu[0]["command"] for menu in chat["menus"].values()] for chat in scene["chats"]]
    assert menus == [["any"], ["ru"], *[["group", "group"]] * 3]


async def test_a_sample_arrives_as_a_voice_message_in_a_topic(server, http, bot):
    """What is clicked on the page reaches the bot as Telegram would send it."""
    chat = await bot.get_chat(FORUM_ID)
    assert chat.is_forum
    async with http.get(f"{server.page_url}events") as response:
        topic = (await Stream(response).next("snapshot"))["scene"]["chats"][3]["topics"][0]["id"]
    await post(http, server, "sample", sample=NOTE.stem, user_id=ANNA.id, chat_id=FORUM_ID, message_thread_id=topic)
    message = (await bot.get_updates())[-1].message
    assert (message.voice.duration, message.voice.mime_type, message.message_thread_id) == (2, "audio/ogg", topic)
    content = await bot.download(message.voice.file_id)
    assert content.read() == NOTE.read_bytes()


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
async def test_a_browser_recording_becomes_ogg_opus(server, http, bot):
    """WebM, as a browser records it, arrives as OGG/Opus with its true duration; noise is refused."""
    process = await asyncio.create_subprocess_exec(
        *("ffmpeg", "-v", "error", "-i", str(NOTE), "-c:a", "copy", "-f", "webm", "pipe:1"),
        stdout=asyncio.subprocess.PIPE,
    )
    webm, _ = await process.communicate()

    async def record(content: bytes) -> int:
        form = aiohttp.FormData({"payload": json.dumps({"user_id": ANNA.id, "duration_s": 99})})
        form.add_field("file", content, filename="recording")
        async with http.post(f"{server.page_url}record", data=form) as response:
            return response.status

    assert await record(webm) == 200
    voice = (await bot.get_updates())[-1].message.voice
    content = (await bot.download(voice.file_id)).read()
    assert content.startswith(b"OggS")
    assert ogg_duration_s(content) == pytest.approx(2.49, abs=0.1)
    assert voice.duration == 2
    assert await record(b"\x1a\x45\xdf\xa3 no sound in here") == 400


async def test_files_play_in_ranges_and_documents_never_open(server, http, bot):
    """A player may seek; a document is a download, whatever it claims to be."""
    await post(http, server, "sample", sample=NOTE.stem, user_id=ANNA.id)
    voice = (await bot.get_updates())[-1].message.voice
    url = f"{server.page_url}files/{voice.file_id}"
    async with http.get(url, headers={"Range": "bytes=10-19"}) as response:
        assert (response.status, response.content_type) == (206, "audio/ogg")
        assert response.headers["Content-Range"] == f"bytes 10-19/{voice.file_size}"
        assert await response.read() == NOTE.read_bytes()[10:20]
    async with http.get(url, headers={"Range": "bytes=99999999-"}) as response:
        assert response.status == 416
    form = aiohttp.FormData({"payload": json.dumps({"user_id": ANNA.id, "kind": "document"})})
    form.add_field("file", b"<script>alert(1)</script>", filename="x.html", content_type="text/html")
    async with http.post(f"{server.page_url}control/send", data=form) as response:
        document = (await response.json())["document"]
    async with http.get(f"{server.page_url}files/{document['file_id']}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_fault_presets_are_switched_on_and_off(server, http, call):
    """While a preset is on, calls fail as it says; afterwards they succeed."""
    await post(http, server, "fault-preset", name="offline", on=True)
    with pytest.raises(aiohttp.ClientError):
        await call("getMe")
    await post(http, server, "fault-preset", name="offline", on=False)
    assert (await call("getMe"))["ok"]
    assert (await post(http, server, "fault-preset", name="rain", on=True))["error_code"] == 400


async def test_a_restart_comes_back_at_the_same_place_with_everything(server, http, people, call):
    """Connections break, then the same address answers, with the same people and messages."""
    await post(http, server, "control/send", user_id=ANNA.id, chat_id=GROUP_ID, text="before")
    async with http.get(f"{server.page_url}events") as response:
        stream = Stream(response)
        await stream.next("snapshot")
        await post(http, server, "restart")
        with pytest.raises((aiohttp.ClientError, KeyError)):
            await stream.next("never")
    async with asyncio.timeout(10):
        while True:
            try:
                messages = await people.messages(GROUP_ID)
                break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
    assert [message["text"] for message in messages] == ["before"]
    assert (await call("getMe"))["ok"]


async def test_a_person_changes_name_and_language(server, http, bot):
    """What they write from then on carries both."""
    await post(http, server, "control/change-user", user_id=ANNA.id, first_name="Änne", language_code="de")
    await post(http, server, "control/send", user_id=ANNA.id, text="hallo")
    sender = (await bot.get_updates())[-1].message.from_user
    assert (sender.first_name, sender.language_code) == ("Änne", "de")
    refused = await post(http, server, "control/change-user", user_id=ANNA.id, is_bot=True)
    assert refused["error_code"] == 400
