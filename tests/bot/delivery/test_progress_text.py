"""What a status says while a note waits."""

import pytest

from bot.delivery.progress_text import progress_text
from bot.localization import Locales
from transcription import File, Job, JobState, Request, Source, View

JOB = Job(1, Request(Source("telegram", "1"), 7, File("f", "u"), "base", None, "en"), JobState.QUEUED, 0.0)


@pytest.mark.parametrize(("locale", "says"), [("en", "No worker is there"), ("ru", "Распознавать сейчас некому")])
def test_a_note_without_a_worker_says_so(locale: str, says: str) -> None:
    """It is told apart from a server that does not answer."""
    say = Locales.load().say(locale)
    assert says in progress_text(View(JOB, position=1, is_held_up=True, lacks_worker=True), say)
    assert says not in progress_text(View(JOB, position=1, is_held_up=True), say)
