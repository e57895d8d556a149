"""Language identification by text, for models that tell none: py3langid, among a model's own languages."""

import functools
from collections.abc import Collection, Mapping
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier


def language_probs(text: str, languages: Collection[str]) -> Mapping[str, float]:
    """How likely each language is by a text (0..1), by Whisper's codes; none for a text without letters."""
    if not any(letter.isalpha() for letter in text):
        return {}
    if len(languages) == 1:
        return dict.fromkeys(languages, 1.0)
    known = {code: prob for code, prob in _identifier().rank(text) if code in languages}
    total = sum(known.values())
    return {code: prob / total for code, prob in known.items()} if total else {}


@functools.cache
def _identifier() -> Any:
    """Its weights are unpacked for half a second, once in a process."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
