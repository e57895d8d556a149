"""Localization: the bot's sentences in every language it speaks, from the Fluent files in `bot/locales`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from babel import Locale
from fluent.runtime import FluentBundle, FluentResource

from handlers.dependencies import Say

__all__ = ["FALLBACK", "Locales", "Say"]

log = structlog.get_logger()

FALLBACK = "en"
"""Spoken to everyone whose language is unknown, and wherever another locale lacks a sentence."""
FOLDER = Path(__file__).parent / "locales"


@dataclass(frozen=True, slots=True)
class Locales:
    """The languages the bot speaks, by their codes."""

    bundles: Mapping[str, FluentBundle]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Locales":
        """Read every `<code>.ftl`; a new language is a new file."""
        return cls({file.stem: _bundle(file) for file in sorted(folder.glob("*.ftl"))})

    @property
    def codes(self) -> list[str]:
        """Codes of all languages, in alphabetical order."""
        return list(self.bundles)

    def pick(self, code: str | None) -> str:
        """The language to answer someone in whose app says `code`, which may be anything."""
        base = (code or "").replace("_", "-").partition("-")[0].lower()
        return base if base in self.bundles else FALLBACK

    def say(self, code: str | None) -> Say:
        """Speak the language picked for `code`."""
        return partial(self._say, self.pick(code))

    def _say(self, locale: str, key: str, /, **args: object) -> str:
        for code in (locale, FALLBACK):
            bundle = self.bundles[code]
            if bundle.has_message(key) and (pattern := bundle.get_message(key).value):
                text, errors = bundle.format_pattern(pattern, args)
                if errors:
                    log.error("sentence with faults", key=key, locale=code, faults=[str(error) for error in errors])
                return str(text)
        log.error("sentence missing", key=key, locale=locale)
        return key


def _bundle(file: Path) -> FluentBundle:
    """One language. The functions DURATION, SIZE and ORDINAL are ours.

    Isolation marks are off, for they would be invisible characters in a text that people copy.
    """

    def unit(key: str, **args: float) -> str:
        pattern = bundle.get_message(f"unit-{key}").value
        return str(bundle.format_pattern(pattern, args)[0]) if pattern else ""

    def duration(seconds: float) -> str:
        return " ".join(unit(name, count=count) for name, count in _clock(float(seconds)))

    def size(megabytes: float) -> str:
        if megabytes < 1000:
            return unit("megabytes", count=round(megabytes))
        return unit("gigabytes", count=round(megabytes / 1000, 1))

    def ordinal(number: float) -> str:
        return str(Locale.parse(file.stem).ordinal_form(int(number)))

    functions: dict[str, Callable[[Any], Any]] = {"DURATION": duration, "SIZE": size, "ORDINAL": ordinal}
    bundle = FluentBundle([file.stem], functions=functions, use_isolating=False)
    bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return bundle


def _clock(seconds: float) -> list[tuple[str, int]]:
    """A duration in units as people would say it: the longer, the coarser, two units at most and none of them zero."""
    for below, step in ((10, 1), (60, 5), (180, 30), (3600, 60)):
        rounded = max(1, round(seconds / step)) * step
        if rounded < below:
            break
    else:
        rounded = round(seconds / 300) * 300
    parts = {"hours": rounded // 3600, "minutes": rounded % 3600 // 60, "seconds": rounded % 60}
    return [(name, count) for name, count in parts.items() if count]
