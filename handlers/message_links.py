"""The links in a message: those that it shows, and those behind its words."""

from aiogram.enums import MessageEntityType
from aiogram.types import Message

SCHEMES = ("http", "https")


def links_in(message: Message) -> list[str]:
    """The web links of a text or a caption, in their order, once each."""
    text, entities = message.text or message.caption or "", message.entities or message.caption_entities or []
    written = [
        entity.url if entity.type == MessageEntityType.TEXT_LINK else entity.extract_from(text)
        for entity in entities
        if entity.type in (MessageEntityType.URL, MessageEntityType.TEXT_LINK)
    ]
    return list(dict.fromkeys(link for each in written if each and (link := _address(each))))


def _address(written: str) -> str | None:
    """A link with its scheme, which people leave out; None for other than web links."""
    scheme, mark, rest = written.partition("://")
    if not mark:
        return f"https://{written}"
    return f"{scheme.lower()}://{rest}" if scheme.lower() in SCHEMES else None
