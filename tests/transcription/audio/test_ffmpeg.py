"""From any file a stranger may send to samples."""

import contextlib
import os
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.conftest import Clip
from transcription.audio.ffmpeg import SAMPLE_RATE, DecodeLimits, Standby, as_floats, decode
from transcription.errors import EmptyAudio, NotAudio, TooLong, TranscriptionError

LIMITS = DecodeLimits(duration_s=60)
Convert = Callable[..., bytes]


async def chunks(data: bytes, size: int = 4096) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.fixture
def convert(clips: Mapping[str, Clip], tmp_path: Path) -> Convert:
    """A real note in another container, as ffmpeg writes it."""

    def convert(suffix: str, *options: str) -> bytes:
        target = tmp_path / f"note.{suffix}"
        source = clips["en_sense_0930"].path
        ffmpeg("-i", source, *options, target)
        return target.read_bytes()

    return convert


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        ("ogg", ("-c:a", "libopus")),
        ("opus", ("-c:a", "libopus")),
        ("mp3", ()),
        ("wav", ("-ac", "2", "-ar", "44100")),
        ("flac", ()),
        ("webm", ()),
        ("aac", ()),
        ("m4a", ("-movflags", "0")),  # its index stands at the end, behind the audio
        ("mp4", ("-f", "lavfi", "-i", "testsrc=d=3:s=64x64", "-pix_fmt", "yuv420p", "-movflags", "0")),
    ],
)
async def test_every_usual_container_gives_the_same_seconds(
    convert: Convert, suffix: str, options: tuple[str, ...]
) -> None:
    """Whatever a messenger or a recorder writes becomes 16 kHz mono float32 of the note's length."""
    samples = await decode(chunks(convert(suffix, *options)), LIMITS)
    assert samples.dtype == np.int16
    assert samples.ndim == 1
    assert len(samples) / SAMPLE_RATE == pytest.approx(3.3, abs=0.1)
    assert 0.05 < np.abs(as_floats(samples)).max() <= 1.0


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyAudio),
        (bytes(range(256)) * 40, NotAudio),
        (b"%PDF-1.7 not a song", NotAudio),
    ],
)
async def test_what_is_no_audio_says_so(data: bytes, error: type[TranscriptionError]) -> None:
    """An empty file and a file without audio are told apart."""
    with pytest.raises(error):
        await decode(chunks(data), LIMITS)


def ffmpeg(*arguments: str | Path) -> bytes:
    return subprocess.run(["ffmpeg", "-v", "error", *arguments], check=True, capture_output=True).stdout


async def test_a_video_without_sound_is_no_audio(tmp_path: Path) -> None:
    """A silent film's picture is not mistaken for a broken file that ffmpeg should be given more time for."""
    film = tmp_path / "film.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=d=1:s=64x64", film)
    with pytest.raises(NotAudio):
        await decode(chunks(film.read_bytes()), LIMITS)


async def test_a_truncated_note_gives_what_there_is(clips: Mapping[str, Clip]) -> None:
    """The first half of a file is heard for its first half."""
    voice = clips["en_lj_0024"].voice
    samples = await decode(chunks(voice[: len(voice) // 2]), LIMITS)
    assert 2 < len(samples) / SAMPLE_RATE < 5


@pytest.mark.parametrize(
    "playlist", ["#EXTM3U\n#EXTINF:3,\n{path}\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile {path}\n"]
)
async def test_a_playlist_reads_no_local_file(convert: Convert, tmp_path: Path, playlist: str) -> None:
    """A list of files that is sent as audio opens none of them, though they are there and playable."""
    convert("mp3")
    with pytest.raises(NotAudio):
        await decode(chunks(playlist.format(path=tmp_path / "note.mp3").encode()), LIMITS)


async def test_audio_beyond_the_limit_is_cut_off_early() -> None:
    """A small file that would blow up into hours of audio is refused without being decoded to its end."""
    hours = ffmpeg("-f", "lavfi", "-i", "anullsrc=r=8000", "-t", "7200", "-c:a", "flac", "-f", "flac", "-")
    started = time.monotonic()
    with pytest.raises(TooLong) as refused:
        await decode(chunks(hours), LIMITS)
    assert refused.value.details == {"limit_s": 60}
    assert time.monotonic() - started < 5


async def test_a_failing_source_ends_ffmpeg_and_is_reported() -> None:
    """When the download breaks, its own error comes out and no process is left behind."""

    async def breaking() -> AsyncIterator[bytes]:
        yield b"OggS"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await decode(breaking(), LIMITS)
    assert "ffmpeg" not in [child.name() for child in psutil.Process().children()]


def waiting_ffmpegs() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child.name() == "ffmpeg"]


def kill(process: psutil.Process) -> None:
    """kill -9, and wait until it has worked."""
    process.kill()
    with contextlib.suppress(ChildProcessError):  # asyncio was quicker to know
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


async def prepared(standby: Standby) -> psutil.Process:
    """The one that a standby has started."""
    await standby.prepare()
    (ready,) = waiting_ffmpegs()
    return ready


async def test_a_note_is_decoded_by_the_ffmpeg_that_waits(clips: Mapping[str, Clip]) -> None:
    """It has its limits before a byte is in, serves one note, gives what a new one gives, and none is left behind."""
    voice = clips["en_sense_0930"].voice
    async with Standby(LIMITS) as standby:
        ready = await prepared(standby)
        assert await prepared(standby) == ready
        assert ready.rlimit(psutil.RLIMIT_AS)[0] == LIMITS.memory_bytes
        samples = await decode(chunks(voice), LIMITS, standby=standby)
        assert not ready.is_running()
        assert standby.take() is None
        await prepared(standby)
    assert waiting_ffmpegs() == []
    assert np.array_equal(samples, await decode(chunks(voice), LIMITS))


async def test_an_mp4_leaves_the_ffmpeg_that_waits_to_others(convert: Convert) -> None:
    """A file in which ffmpeg has to seek gets one of its own."""
    async with Standby(LIMITS) as standby:
        ready = await prepared(standby)
        assert len(await decode(chunks(convert("m4a", "-movflags", "0")), LIMITS, standby=standby))
        assert ready.is_running()


async def test_a_waiting_ffmpeg_that_died_fails_no_note(clips: Mapping[str, Clip]) -> None:
    """Whatever killed it, the next note is decoded by a new one."""
    async with Standby(LIMITS) as standby:
        ready = await prepared(standby)
        kill(ready)
        samples = await decode(chunks(clips["en_sense_0930"].voice), LIMITS, standby=standby)
        assert len(samples) / SAMPLE_RATE == pytest.approx(3.3, abs=0.1)
