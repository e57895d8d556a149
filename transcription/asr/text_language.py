"""Language identification by text, for models that tell none: py3langid, with a model's own languages only."""

from collections.abc import Collection, Mapping
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier


class TextLanguages:
    """Tells in which of some languages a text is, by Whisper's codes."""

    def __init__(self, languages: Collection[str]) -> None:
        self._languages = languages
        self._identifier: Any = None
        if len(languages) > 1:
            self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
            self._identifier.set_languages(set(languages) & set(self._identifier.labels))

    def probabilities(self, text: str) -> Mapping[str, float]:
        """How likely each language is (0..1); none for a text without letters."""
        if not any(letter.isalpha() for letter in text):
            return {}
        if self._identifier is None:
            return dict.fromkeys(self._languages, 1.0)
        return dict(self._identifier.rank(text))
