"""How a handler says something in its reader's language."""

from typing import Protocol


class Say(Protocol):
    """Turns a message's key and its arguments into a sentence."""

    def __call__(self, key: str, /, **args: object) -> str:
        """The sentence of `key`. Arguments that the sentence does not mention are ignored."""
        ...
