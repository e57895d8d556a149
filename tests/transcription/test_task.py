"""What of a former transcript serves a new task."""

import pytest

from transcription.task import TaskOptions, reusable
from transcription.transcript import Transcript


@pytest.mark.parametrize("is_translated", [False, True])
@pytest.mark.parametrize("translate", [False, True])
def test_words_are_used_again_in_their_own_language_only(is_translated: bool, translate: bool) -> None:
    """Who speaks is told of the words that are there; a translation has others, and is heard anew."""
    known = Transcript((), "ru", 1.0, 1000, "base", is_translated=is_translated)
    options = TaskOptions(translate=translate, speakers=2)
    assert reusable(known, options, "base", None) == (known if is_translated == translate else None)
    assert reusable(None, options, "base", None) is None


@pytest.mark.parametrize(
    ("model", "language", "is_partial"), [("small", "ru", False), ("base", "uk", False), ("base", "ru", True)]
)
def test_words_of_another_model_or_language_or_half_of_them_are_of_no_use(
    model: str, language: str, is_partial: bool
) -> None:
    """All that was asked for is recognised then."""
    known = Transcript((), "ru", 1.0, 1000, "base", is_partial=is_partial)
    assert reusable(known, TaskOptions(), model, language) is None
