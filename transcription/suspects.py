"""The policy for recordings that may crash the process: alone at first, then not tried again."""

from contextlib import AbstractAsyncContextManager

from transcription.errors import TooManyCrashes
from transcription.jobs import Job
from transcription.read_write_lock import ReadWriteLock

SUSPECT_ATTEMPTS = 2
"""A job that was in hand when the process died so often runs alone, to find out which of several it was."""
MAX_ATTEMPTS = 5
"""A job during which, alone, the process died so often is not tried again, lest it take the bot down for ever."""


class Suspects:
    """Tells which jobs may have crashed the process, and keeps all others out while one of them runs.

    There are none where `can_kill` says that recordings are transcribed elsewhere.
    """

    def __init__(self, *, can_kill: bool) -> None:
        self._can_kill = can_kill
        self._exclusive = ReadWriteLock()

    def __contains__(self, job: Job) -> bool:
        """Whether a job may have crashed the process before."""
        return self._can_kill and job.attempts >= SUSPECT_ATTEMPTS

    def check(self, job: Job) -> None:
        """Raise `TooManyCrashes` where a job is not to be tried again."""
        if job in self and job.attempts >= SUSPECT_ATTEMPTS + MAX_ATTEMPTS:
            raise TooManyCrashes(tries=MAX_ATTEMPTS)

    def turn(self, job: Job) -> AbstractAsyncContextManager[None]:
        """Wait until a job may run, and keep others out for as long as the block lasts if it has to be alone."""
        return self._exclusive.acquire(alone=job in self)

    def is_unbatched(self, job: Job) -> bool:
        """Whether a job's windows are to share no batch with another one's."""
        return self._can_kill and job.attempts > 0
