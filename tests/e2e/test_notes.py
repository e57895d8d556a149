"""Voice notes through run_bot.py as a process, over real HTTP, with the real base model."""

import re
import subprocess
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import jiwer
import pytest
import pytest_asyncio
from aiogram import Bot

from benchmarks.scoring import normalized
from bot.telegram.session import Session
from sandbox import RateLimits, SandboxClient, SandboxOptions, run_sandbox
from tests.bot_process import BotProcess
from tests.conftest import Clip

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

Clips = Mapping[str, Clip]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> AsyncIterator[BotProcess]:
    async with run_sandbox(SandboxOptions(rates=RateLimits(enabled=False))) as sandbox:
        settings = {"TEXT_FILE_FROM": "300", "MAX_FILE_MB": "20", "LOG_LEVEL": "DEBUG"}
        bot = BotProcess(sandbox, tmp_path_factory.mktemp("home"), models_dir, **settings)
        await bot.start()
        yield bot
        assert await bot.stop() == 0


@pytest.fixture
def people(bot: BotProcess) -> SandboxClient:
    return bot.sandbox.client


def word_errors(clip: Clip, heard: str) -> float:
    return float(jiwer.wer(normalized(clip.text, clip.language), normalized(heard, clip.language)))


async def answer(people: SandboxClient, user: int, note: Mapping[str, int], timeout_s: float = 60) -> str:
    """What the bot's reply to a note says at last."""
    settled = await people.wait(user, reply_to=note["message_id"], settled=True, timeout_s=timeout_s)
    return str(settled["text"])


def converted(clip: Clip, folder: Path, name: str, *options: str) -> bytes:
    """A clip in another container."""
    target = folder / name
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", clip.path, *options, target], check=True)
    return target.read_bytes()


async def test_the_log_says_where_the_time_of_a_note_went(bot: BotProcess, people: SandboxClient, clips: Clips) -> None:
    """At DEBUG there is a line of all stages until the text is on disk."""
    user = (await people.add_user())["id"]
    await answer(people, user, await people.send(user, file=clips["en_sense_0930"].voice))
    timed = bot.events("note timed")[-1]
    waits = ("queue", "locate", "download", "claim", "model", "transcribe", "store")
    work = ("ffmpeg", "vad", "encoder", "language", "decoder", "align")
    assert {f"{stage}_ms" for stage in (*waits, "features", *work)} <= timed.keys()
    assert all(timed[f"{stage}_ms"] > 0 for stage in work)


@pytest.mark.parametrize("name", ["en_lj_0032", "ru_nsh_0024", "de_fleurs_004"])
async def test_a_voice_note_becomes_its_text(people: SandboxClient, clips: Clips, name: str) -> None:
    """The reply to a note goes from one status straight to the words, in whichever language they are."""
    user = (await people.add_user())["id"]
    note = await people.send(user, file=clips[name].voice, media={"duration": round(clips[name].duration_s)})
    assert word_errors(clips[name], await answer(people, user, note)) < 0.35
    (reply,) = await people.messages(user, from_bot=True)
    assert len(reply["history"]) <= 3


async def test_every_kind_of_message_with_sound_is_heard(people: SandboxClient, clips: Clips, tmp_path: Path) -> None:
    """A video note, an audio file, a video, documents of other messengers and an album each get their own reply."""
    user = (await people.add_user())["id"]
    clip = clips["en_sense_0930"]
    film = ("-f", "lavfi", "-i", "color=d=4:s=64x64", "-shortest", "-pix_fmt", "yuv420p")
    sent: list[tuple[str, bytes, dict[str, object]]] = [
        ("video_note", converted(clip, tmp_path, "round.mp4", *film), {}),
        ("video", converted(clip, tmp_path, "film.mp4", *film), {"mime_type": "video/mp4"}),
        ("audio", converted(clip, tmp_path, "song.mp3"), {"mime_type": "audio/mpeg", "duration": 3}),
        ("document", clip.voice, {"file_name": "PTT-20260101-WA0001.opus", "mime_type": "application/octet-stream"}),
        ("document", converted(clip, tmp_path, "memo.m4a"), {"file_name": "memo.m4a", "mime_type": "audio/x-m4a"}),
    ]
    notes = [await people.send(user, kind=kind, file=file, media=media) for kind, file, media in sent]
    album = [converted(clip, tmp_path, f"{n}.mp3", "-b:a", f"{n}k") for n in (32, 48)]
    notes += [await people.send(user, kind="audio", file=file, media_group_id="album") for file in album]
    heard = [await answer(people, user, note) for note in notes]
    assert [word_errors(clip, text) < 0.4 for text in heard] == [True] * len(notes)


async def test_bad_files_get_one_clear_sentence_each(people: SandboxClient, clips: Clips, tmp_path: Path) -> None:
    """Silence, an empty file, nonsense, a playlist and a lie about its size: each is told what it is, in Russian."""
    user = (await people.add_user(language_code="ru"))["id"]
    voice = clips["en_sense_0930"].path
    notes = [
        await people.send(user, file=clips["silence_5s"].voice, media={"duration": 5}),
        await people.send(user, file=b""),
        await people.send(user, file=bytes(range(256)) * 8),
        await people.send(user, kind="audio", file=f"#EXTM3U\n#EXTINF:3,\n{voice}\n#EXT-X-ENDLIST\n".encode()),
        await people.send(user, file=clips["en_sense_0930"].voice, media={"file_size": 21 << 20}),
        await people.send(user, file=clips["en_sense_0930"].voice, media={"duration": 90_000}),
    ]
    heard = [await answer(people, user, note) for note in notes]
    assert all(re.search("[а-я]{3}", text) for text in heard)
    assert len(set(heard)) == 5  # nonsense and playlist are both no audio
    assert heard[2] == heard[3]


async def test_a_forwarded_note_answers_at_once(bot: BotProcess, people: SandboxClient, clips: Clips) -> None:
    """What was transcribed before is not fetched again, also for somebody else."""
    ann, bob = [(await people.add_user())["id"] for _ in range(2)]
    note = await people.send(ann, file=clips["en_libri_61"].voice)
    text = await answer(people, ann, note)
    downloads = len(await people.calls("download"))
    again = await people.forward(bob, note["message_id"], from_chat_id=ann)
    assert await answer(people, bob, again) == text
    assert len(await people.calls("download")) == downloads


async def test_a_long_text_comes_with_a_file(people: SandboxClient, clips: Clips) -> None:
    """Progress shows the text so far; beyond the set length the whole text comes as a .txt as well."""
    user = (await people.add_user())["id"]
    clip = clips["en_long_lj1"]
    note = await people.send(user, file=clip.voice * 3, media={"duration": 204})
    text = await answer(people, user, note)
    assert word_errors(replace(clip, text=" ".join([clip.text] * 3)), text) < 0.2
    await people.wait(user, document=True, timeout_s=10)
    reply = next(message for message in await people.messages(user, from_bot=True) if message["text"] == text)
    so_far = [version["text"] for version in reply["history"][1:-1]]
    assert any(text[:40] in said for said in so_far)


async def test_buttons_under_a_text_change_it_and_send_files(
    bot: BotProcess, people: SandboxClient, clips: Clips
) -> None:
    """The small button unfolds others: times come into the text where it stands, and its subtitles as a file."""
    user = (await people.add_user(language_code="ru"))["id"]
    note = await people.send(user, file=clips["en_lj_0024"].voice * 3, media={"duration": 24})
    text = await people.wait(user, reply_to=note["message_id"], button="⋯", timeout_s=60)
    said = text["text"]
    for label, unfolded in (("⋯", "Время"), ("Время", "✓ Время"), ("Файл", "SRT")):
        await people.press(user, text["message_id"], text=label)
        text = await people.wait(user, reply_to=note["message_id"], button=unfolded)
    assert text["text"] == f"0:00 {said}"
    await people.press(user, text["message_id"], text="SRT")
    sent = await people.wait(user, document=True, messages=2, timeout_s=10)  # the first is the text, which is long
    assert re.fullmatch(r"[\d-]{10} [\d-]{8}\.srt", sent["document"]["file_name"])
    async with Bot(bot.sandbox.token, session=Session(bot.sandbox.url)) as reader:
        subtitles = await reader.download(sent["document"]["file_id"])
    assert subtitles
    assert re.match(rf"1\n00:00:\d\d,\d{{3}} --> .*{said[:10]}", subtitles.read().decode(), re.DOTALL)


async def test_cancelling_a_running_note_says_so(people: SandboxClient, clips: Clips) -> None:
    """The button on the status stops the work, and the next note does not wait for it."""
    user = (await people.add_user())["id"]
    note = await people.send(user, file=clips["en_long_lj1"].voice * 4, media={"duration": 272})
    status = await people.wait(user, reply_to=note["message_id"], button="Cancel", timeout_s=10)
    assert await people.press(user, status["message_id"], text="Cancel")
    assert "ancel" in await answer(people, user, note, timeout_s=5)


async def test_a_poison_update_blocks_nobody(people: SandboxClient, clips: Clips) -> None:
    """An update that nobody understands is stepped over, and the note behind it is heard."""
    user = (await people.add_user())["id"]
    await people.push_update({"message": {"message_id": "not a number"}})
    note = await people.send(user, file=clips["en_sense_0930"].voice)
    assert await answer(people, user, note)
    await people.wait(pending=0)


async def test_the_log_holds_neither_words_nor_the_token(bot: BotProcess, people: SandboxClient, clips: Clips) -> None:
    """Each finished job is one line of numbers; what was said and the token are nowhere, even after errors."""
    user = (await people.add_user())["id"]
    await people.add_fault("download", "reset")
    await people.add_fault("getFile", "reset")
    note = await people.send(user, file=clips["en_lj_0024"].voice)
    text = await answer(people, user, note)
    log = bot.log.read_text(encoding="utf-8")
    assert bot.sandbox.token not in log
    assert "Traceback" not in log
    assert not any(word in log for word in re.findall(r"[A-Za-z]{7,}", text))
    line = bot.events("note done")[-1]
    assert {"job", "audio_s", "wall_s", "rtf", "model", "language", "probability", "bytes"} <= line.keys()
    assert line["audio_s"] == pytest.approx(7.86, abs=0.1)
