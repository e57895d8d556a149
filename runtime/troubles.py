"""Troubles that the owner should know of: a disk that fills, notes that wait too long, a worker that is gone."""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from transcription.host.memory import MB
from transcription.jobs import JobState
from transcription.llm.errors import LlmFailure
from transcription.storage.job_counts import JobCount

DISK_MB = (500, 1000)
"""A disk with less free than the first is in trouble until it has more than the second."""
BACKLOG_S = (600.0, 120.0)
"""A queue whose oldest note waited longer than the first is in trouble until none waits longer than the second."""


class TroubleKind(StrEnum):
    """What is wrong."""

    DISK = "disk"
    BACKLOG = "backlog"
    WORKER = "worker"
    LLM = "llm"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A trouble; `subject` tells it from others of its kind: a folder, a worker's name, a refusal."""

    kind: TroubleKind
    subject: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """A trouble that has begun or is over, with what there is to say of it: megabytes, seconds, how many wait."""

    trouble: Trouble
    is_over: bool
    amount: float = 0.0
    count: int = 0


class Watch:
    """Tells each trouble once when it begins and once when it is over; `known` are those told of before.

    Bounds are apart, so that what wavers about one of them is told once, too.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        known: Sequence[Trouble] = (),
        now: Callable[[], float] = time.time,
        free_mb: Callable[[Path], float] | None = None,
    ) -> None:
        self._folders = folders
        self._present = set(known)
        self._now = now
        self._free_mb = free_mb or _free_mb
        self._started_at = now()

    def look(self, counts: Sequence[JobCount], workers: set[str], lost: set[str], llm: str | None = None) -> list[News]:
        """What has changed since the last look, by the jobs there are and the names of workers, there or lost.

        `llm` is how the language model answered: why it refuses, anything else if it does not, None where nobody knows.
        """
        news = [*self._disks(), self._backlog(counts), *self._workers(workers, lost), *self._llm(llm)]
        return [each for each in news if each]

    def _changed(
        self, trouble: Trouble, *, begins: bool, ends: bool, amount: float = 0.0, count: int = 0
    ) -> News | None:
        if trouble in self._present:
            if not ends:
                return None
            self._present.discard(trouble)
        else:
            if not begins:
                return None
            self._present.add(trouble)
        return News(trouble, trouble not in self._present, amount, count)

    def _disks(self) -> list[News | None]:
        there = [folder for folder in reversed(self._folders) if folder.exists()]
        free = {folder.stat().st_dev: (folder, self._free_mb(folder)) for folder in there}  # a disk once
        low_mb, well_mb = DISK_MB
        return [
            self._changed(Trouble(TroubleKind.DISK, str(folder)), begins=mb < low_mb, ends=mb > well_mb, amount=mb)
            for folder, mb in free.values()
        ]

    def _backlog(self, counts: Sequence[JobCount]) -> News | None:
        queued = [each for each in counts if each.state is JobState.QUEUED]
        oldest_at = min((each.oldest_at for each in queued), default=self._now())
        waited_s = self._now() - oldest_at
        long_s, well_s = BACKLOG_S
        return self._changed(
            Trouble(TroubleKind.BACKLOG),
            # What a former process left waits for this one only since it began.
            begins=min(waited_s, self._now() - self._started_at) > long_s,
            ends=waited_s < well_s,
            amount=waited_s,
            count=sum(each.count for each in queued),
        )

    def _workers(self, present: set[str], lost: set[str]) -> list[News | None]:
        known = {trouble.subject for trouble in self._present if trouble.kind is TroubleKind.WORKER}
        return [
            self._changed(
                Trouble(TroubleKind.WORKER, name), begins=name in lost, ends=name in present, count=len(present)
            )
            for name in sorted(known | lost)
        ]

    def _llm(self, outcome: str | None) -> list[News | None]:
        return [
            self._changed(Trouble(TroubleKind.LLM, why), begins=outcome == why, ends=outcome not in {None, why})
            for why in (LlmFailure.KEY, LlmFailure.MODEL)
        ]


def _free_mb(folder: Path) -> float:
    return shutil.disk_usage(folder).free / MB
