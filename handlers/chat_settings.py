"""The settings of a chat: what it chose, else the owner's."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from aiogram.enums import ChatType
from aiogram.types import Chat, Message

from transcription import Model, Preferences, Service, UnknownModel, choose_model

AUTO = "auto"
"""Kept as a chat's language where it wants detection although the owner fixed a language."""


class Mode(StrEnum):
    """Which recordings of a group are transcribed: all, those that somebody asks for, or none.

    With `PRIVATE` a text is for the one who asked only.
    """

    ALL = "all"
    ASKED = "asked"
    PRIVATE = "private"
    OFF = "off"

    @property
    def is_on_request(self) -> bool:
        """Whether recordings wait until somebody asks."""
        return self in (Mode.ASKED, Mode.PRIVATE)


class ChannelMode(StrEnum):
    """Where the text of a channel's recording goes: a comment in its discussion group, a reply to the post, or none."""

    COMMENTS = "comments"
    POST = "post"
    OFF = "off"


class LongTexts(StrEnum):
    """How a text is shown that is longer than a screen.

    `FOLDED`: what is beyond the screen unfolds, and of more than three messages only the beginning is shown, beside the
    file. `RICH`: the same, but what takes several messages is one rich message, where Telegram takes it. `SPLIT`: in as
    many messages as it takes.
    """

    FOLDED = "folded"
    RICH = "rich"
    SPLIT = "split"


class BusinessMode(StrEnum):
    """Where the text of a recording in a business account's chats goes: to its owner, into the chat itself, or none."""

    OWNER = "owner"
    CHAT = "chat"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """A model, a Whisper code of the language, or None to detect it, names and words that may occur, and speakers.

    `by_language` is whether another model transcribes where it is better for the language.
    `speakers` is how many people speak, 0 to find out, or None where nobody asks.
    """

    model: Model
    language: str | None
    prompt: str | None
    speakers: int | None
    by_language: bool = False


async def effective_settings(service: Service, chat_id: int) -> ChatSettings:
    """The settings of a chat's next job. A model that left the catalogue counts as not chosen."""
    preferences, defaults = await service.preferences(chat_id), service.defaults
    try:
        choice = choose_model(preferences.model, defaults)
    except UnknownModel:
        choice = choose_model(None, defaults)
    model = choice.model
    language = preferences.language or defaults.language
    known = language if language in model.languages else model.only_language
    return ChatSettings(model, known, preferences.prompt, preferences.speakers, choice.by_language)


async def mode_of(service: Service, chat: Chat) -> Mode:
    """The mode of a chat. In private ones, and where no admin has chosen yet, it is `ALL`."""
    if chat.type == ChatType.PRIVATE:
        return Mode.ALL
    chosen = (await service.preferences(chat.id)).mode
    return next((mode for mode in Mode if mode == chosen), Mode.ALL)


async def channel_mode_of(service: Service, channel_id: int) -> ChannelMode | None:
    """The mode of a channel; None where nobody has chosen, so that its discussion group decides."""
    chosen = (await service.preferences(channel_id)).mode
    return next((mode for mode in ChannelMode if mode == chosen), None)


async def business_mode_of(service: Service, owner_chat_id: int) -> BusinessMode:
    """The mode of a business account, as its owner chose in their chat with the bot; `CHAT` where they did not."""
    chosen = (await service.preferences(owner_chat_id)).mode
    return next((mode for mode in BusinessMode if mode == chosen), BusinessMode.CHAT)


async def mode_for(service: Service, message: Message) -> Mode:
    """What becomes of a recording: a channel decides for its posts, and for their copies in its discussion group.

    A group that is off stays silent.
    """
    if message.chat.type == ChatType.CHANNEL:
        return Mode.ALL if await channel_mode_of(service, message.chat.id) is ChannelMode.POST else Mode.OFF
    mode = await mode_of(service, message.chat)
    if mode is Mode.OFF or not (message.is_automatic_forward and message.sender_chat):
        return mode
    of_channel = await channel_mode_of(service, message.sender_chat.id)
    if of_channel is None:
        return mode
    return Mode.ALL if of_channel is ChannelMode.COMMENTS else Mode.OFF


async def move(service: Service, chat_id: int, to: int) -> None:
    """Take a chat's settings along to what it has become, unless something was chosen there."""
    chosen = asdict(await service.preferences(chat_id))
    del chosen["by_language"]  # the owner's
    if await service.preferences(to) == Preferences():
        await service.change_preferences(to, **chosen)
