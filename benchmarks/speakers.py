"""Who speaks when, measured: diarization error rate (DER), number of speakers, real-time factor and memory."""

import argparse
import asyncio
import itertools
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate

from benchmarks.corpus import read_corpus
from benchmarks.dialogues import Dialogue, join, recorded, voices
from benchmarks.machine import ROOT, describe
from transcription.asr.vad import detect_speech
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.speakers.base import Turn
from transcription.speakers.embedded import EmbeddedDiarizer

PEOPLE = (1, 2, 3, 5)
JOINED_S = 60.0
Row = dict[str, float | int | str]


async def dialogues(folder: Path, joined: int) -> dict[str, list[Dialogue]]:
    """Recorded ones each by itself, then `joined` of each number of people and half of the speakers.

    The thresholds were chosen on the first half of the speakers (`tuning`); the second one checks them.
    """
    clips = read_corpus(folder)
    found = {each.name: [each] for each in await recorded(clips, folder)}
    by_speaker = await voices(clips, folder)
    for half, name in enumerate(("tuning", "checking")):
        speakers = dict([*by_speaker.items()][half::2])
        for people in (each for each in PEOPLE if each <= len(speakers)):
            seeds = range(1000 * half + 10 * people, 1000 * half + 10 * people + joined)
            found[f"{name}, {people} joined"] = [join(speakers, people, JOINED_S, seed) for seed in seeds]
    return found


def measure(group: Sequence[Dialogue], diarizer: EmbeddedDiarizer) -> Row:
    """DER without a collar and with overlap, pooled over a group, and what it consists of; all in percent."""
    metric, one_label = DiarizationErrorRate(), DiarizationErrorRate()
    found, seconds, work_s, cpu_s, clearly = [], 0.0, 0.0, 0.0, []
    overlap_s = np.zeros(3)
    for each in group:
        known = annotation(each.turns)
        whole = Timeline([Segment(0, len(each.samples) / SAMPLE_RATE)])
        start_s, start_cpu_s = time.perf_counter(), time.process_time()
        spans = detect_speech(each.samples)
        turns = diarizer.label(each.samples, spans)
        work_s += time.perf_counter() - start_s
        cpu_s += time.process_time() - start_cpu_s
        clearly.append(diarizer.voices(each.samples, spans))
        overlap_s += overlap(known, turns)
        metric(known, annotation(as_known(turns)), uem=whole)
        one_label(known, single(known), uem=whole)
        found.append(len({turn.speaker for turn in turns} - {None}))
        seconds += len(each.samples) / SAMPLE_RATE
    total = metric["total"]
    return {
        "der": round(float(100 * abs(metric)), 1),
        "missed": round(float(100 * metric["missed detection"] / total), 1),
        "false_alarm": round(float(100 * metric["false alarm"] / total), 1),
        "confusion": round(float(100 * metric["confusion"] / total), 1),
        "one_label_allows": round(float(100 * abs(one_label)), 1),
        "overlap_s, marked, rightly": "/".join(f"{part:.1f}" for part in overlap_s),
        "speakers": "/".join(str(each.speakers) for each in group),
        "found": "/".join(map(str, found)),
        "clearly_there": "/".join(map(str, clearly)),
        "rtf": round(work_s / seconds, 4),
        "cpu_rtf": round(cpu_s / seconds, 4),
    }


def annotation(turns: Sequence[tuple[float, float, str]]) -> Annotation:
    """Turns as the metric takes them."""
    made = Annotation()
    for number, (start_s, end_s, speaker) in enumerate(turns):
        made[Segment(start_s, end_s), number] = speaker
    return made


def as_known(turns: Sequence[Turn]) -> list[tuple[float, float, str]]:
    """Turns that were found, in seconds, of each who speaks then; who is unknown is a speaker of that name."""
    return [
        (turn.start_ms / 1000, turn.end_ms / 1000, str(speaker))
        for turn in turns
        for speaker in ([turn.speaker] if turn.other is None else [turn.speaker, turn.other])
    ]


def overlap(known: Annotation, turns: Sequence[Turn]) -> tuple[float, float, float]:
    """Seconds in which several speak, that are marked so, and that are marked rightly."""
    marked = Timeline([Segment(turn.start_ms / 1000, turn.end_ms / 1000) for turn in turns if turn.other is not None])
    several = known.get_overlap()
    return several.duration(), marked.duration(), several.crop(marked.support()).duration()


def single(known: Annotation) -> Annotation:
    """The best that one label at a time can be: what is known, with one speaker where several speak."""
    best = Annotation()
    boundaries = sorted({time for segment in known.itersegments() for time in (segment.start, segment.end)})
    for number, (start, end) in enumerate(itertools.pairwise(boundaries)):
        middle = (start + end) / 2
        speakers = [name for segment, _, name in known.itertracks(yield_label=True) if segment.overlaps(middle)]
        if speakers:
            best[Segment(start, end), number] = max(speakers, key=known.label_duration)
    return best


def main() -> None:
    """Measure all groups, print them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT / "tests" / "data", help="folder with a manifest.tsv")
    parser.add_argument("--joined", type=int, default=6, metavar="N", help="dialogues of each kind (default: 6)")
    options = parser.parse_args()
    groups = asyncio.run(dialogues(options.corpus, options.joined))
    diarizer, rows = EmbeddedDiarizer(), {}
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    for name, group in groups.items():
        rows[name] = measure(group, diarizer)
        print(name, rows[name], file=sys.stderr, flush=True)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000 - before_mb
    print(json.dumps({"machine": describe(), "added_mb": round(peak_mb), "groups": rows}, indent=2))


if __name__ == "__main__":
    main()
