"""End-to-end benchmark of run_bot.py as a process: notes answered, their WER, and seconds until the text."""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import Clip, read_corpus
from benchmarks.scoring import Score, score
from sandbox import RateLimits, SandboxClient, SandboxOptions, WaitTimeoutError, run_sandbox
from tests.bot_process import ROOT, BotProcess

LONGEST_WAIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The final text of a clip, None where none came, and the seconds from its update to that text."""

    clip: Clip
    text: str | None
    seconds: float


async def measure(corpus: Path, model: str, most: int | None) -> dict[str, object]:
    """Start the bot, send the clips one after the other, and sum up."""
    clips = read_corpus(corpus)[:most]
    with tempfile.TemporaryDirectory() as home:
        async with run_sandbox(SandboxOptions(rates=RateLimits(enabled=False))) as sandbox:
            bot = BotProcess(sandbox, Path(home), ROOT / "var" / "models", MODEL=model)
            started = time.monotonic()
            await bot.start()
            start_s = time.monotonic() - started
            await send_note(sandbox.client, clips[0], salt=b"1")  # the model is loaded when this is done
            outcomes = [await send_note(sandbox.client, clip) for clip in clips]
            rss_idle_mb = bot.rss_mb()
            pair = asyncio.gather(*(send_note(sandbox.client, clip, salt=b"2") for clip in _longest(clips)))
            rss_busy_mb = await _peak_rss_mb(bot, pair)
            await bot.stop()
    return {
        "start_to_first_poll_s": round(start_s, 2),
        "rss_idle_mb": round(rss_idle_mb),
        "rss_two_running_mb": round(rss_busy_mb),
        **summed_up(outcomes),
    }


def _longest(clips: list[Clip]) -> list[Clip]:
    return sorted(clips, key=lambda clip: clip.seconds)[-2:]


async def send_note(people: SandboxClient, clip: Clip, salt: bytes = b"") -> Outcome:
    """Send a clip as somebody new, for Telegram lets a bot say no more than one thing a second to each."""
    user = (await people.add_user())["id"]
    sent_at = time.monotonic()
    voice = clip.path.read_bytes() + salt  # other bytes behind the audio make it another file
    message = await people.send(user, file=voice, media={"duration": round(clip.seconds)})
    try:
        reply = await people.wait(user, reply_to=message["message_id"], settled=True, timeout_s=LONGEST_WAIT_S)
    except WaitTimeoutError:
        return Outcome(clip, None, LONGEST_WAIT_S)
    return Outcome(clip, reply["text"], time.monotonic() - sent_at)


async def _peak_rss_mb(bot: BotProcess, work: "asyncio.Future[list[Outcome]]") -> float:
    peak = 0.0
    while not work.done():
        peak = max(peak, bot.rss_mb())
        await asyncio.wait([work], timeout=0.05)
    return peak


def summed_up(outcomes: list[Outcome]) -> dict[str, object]:
    """Counts, WER by language, and waiting times by length."""
    answered = [outcome for outcome in outcomes if outcome.text is not None]
    scores: defaultdict[str, Score] = defaultdict(Score)
    waits: defaultdict[str, list[float]] = defaultdict(list)
    for outcome in answered:
        waits[outcome.clip.length].append(outcome.seconds)
        if outcome.clip.text and outcome.text:
            scores[outcome.clip.language] += score(outcome.clip.text, outcome.text, outcome.clip.language)
    return {
        "notes": len(outcomes),
        "answered": len(answered),
        "wer_percent": {language: round(total.wer or 0.0, 1) for language, total in sorted(scores.items())},
        "median_seconds_to_text": {length: round(statistics.median(times), 2) for length, times in waits.items()},
        "text_on_noise": sorted(
            f"{outcome.clip.name}: {outcome.text}" for outcome in answered if outcome.clip.is_noise
        ),
    }


def main() -> None:
    """Parse arguments, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT / "tests" / "data", help="folder with a manifest.tsv")
    parser.add_argument("--model", default="base")
    parser.add_argument("--most", type=int, help="only the first so many notes")
    options = parser.parse_args()
    print(json.dumps(asyncio.run(measure(options.corpus, options.model, options.most)), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
