"""The length of texts as Telegram counts it: in UTF-16 code units."""

MESSAGE_UNITS = 4096
"""The most UTF-16 code units of one message's text."""


def utf16_units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def head_within(text: str, units: int) -> str:
    """The longest beginning of a text of at most so many units; a character of two units is never halved."""
    if utf16_units(text) <= units:
        return text
    for index, character in enumerate(text):
        units -= 2 if character > "\uffff" else 1
        if units < 0:
            return text[:index]
    return text
