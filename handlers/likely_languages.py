"""Languages that a recording was likely spoken in, where it was taken for another one."""

from collections.abc import Sequence

from transcription import LANGUAGES, Request, Transcript, language_of

LIKELY = 3
COMMON = ("en", "ru", "uk", "es", "de", "fr")
"""Offered where the sender's own settings name too few: the languages in which most people send voice messages here."""
DOUBTFUL = 0.5
"""A language that is less probable than all others together."""


def likely_languages(request: Request, transcript: Transcript) -> Sequence[str]:
    """The likeliest languages but the one that was recognised: the sender's app's and settings', then common ones."""
    codes = (language_of(request.app_language), request.language, request.locale, *COMMON)
    others = dict.fromkeys(code for code in codes if code in LANGUAGES and code != transcript.language)
    return [code for code in others if code][:LIKELY]


def is_doubtful(transcript: Transcript) -> bool:
    """Whether the language was recognised, and probably wrongly."""
    return 0 < transcript.language_probability < DOUBTFUL and not transcript.is_translated
