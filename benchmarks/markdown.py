"""Tables and numbers in Markdown."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table whose first column is to the left and all others to the right."""
    rules = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rules, *lines))


def number(value: float | None, digits: int, unit: str = "") -> str:
    """A number, or a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}{' ' + unit if unit else ''}"
