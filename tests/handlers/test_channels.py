"""Channels: where the text of their recordings goes."""

from typing import Any

import pytest
from aiogram.methods import EditMessageText, SendMessage

from handlers.address import Address
from tests.handlers.conftest import ANN, BOB, GROUP, Json, Talk
from tests.handlers.test_mode import VOICE, buttons
from transcription.jobs import Preferences

CHANNEL = {"id": -1001, "type": "channel", "title": "News"}
SERVICE = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


def post(talk: Talk, **content: Any) -> Json:
    message = talk.message(chat=CHANNEL, sender_chat=CHANNEL, **content)
    del message["from"]
    return message


async def posted(talk: Talk, in_channel: str | None, in_group: str | None = None) -> list[tuple[int, str]]:
    """A voice post and its copy in the discussion group: where it is answered, and in which language."""
    await talk.service.change_preferences(CHANNEL["id"], mode=in_channel, locale="ru")
    await talk.service.change_preferences(GROUP["id"], mode=in_group)
    await talk.receive("channel_post", post(talk, **VOICE))
    origin = {"type": "channel", "chat": CHANNEL, "message_id": 1, "date": 0}
    copied = {"sender_chat": CHANNEL, "is_automatic_forward": True, "forward_origin": origin}
    await talk.receive("message", talk.message(SERVICE, GROUP, **VOICE, **copied))
    return [(Address.parse(job.request.source).chat_id, job.request.locale) for job in talk.worker.jobs]


@pytest.mark.parametrize(
    ("in_channel", "in_group", "answered"),
    [
        ("post", None, [CHANNEL["id"]]),
        ("post", "asked", [CHANNEL["id"]]),
        ("comments", None, [GROUP["id"]]),
        ("comments", "asked", [GROUP["id"]]),
        ("comments", "off", []),
        ("off", "all", []),
        (None, None, [GROUP["id"]]),
        (None, "asked", []),
    ],
)
async def test_a_post_has_its_text_in_one_place(
    talk: Talk, in_channel: str | None, in_group: str | None, answered: list[int]
) -> None:
    """Under it or as a comment, as the channel chose; a group that is off stays silent."""
    assert [chat_id for chat_id, _ in await posted(talk, in_channel, in_group)] == answered


async def test_a_channel_is_answered_in_the_language_of_who_chose(talk: Talk) -> None:
    """A post is nobody's, so there is no app whose language it could be; nor is there for its copy."""
    assert await posted(talk, "post") == [(CHANNEL["id"], "ru")]
    assert (await posted(talk, "comments"))[1:] == [(GROUP["id"], "ru")]


async def test_who_posts_chooses_by_word(talk: Talk) -> None:
    """Only admins can post. Other posts are nobody's question."""
    (answer,) = await talk.receive("channel_post", post(talk, text="/mode post"))
    assert isinstance(answer, SendMessage)
    assert answer.text.startswith("✅ The text of each voice message goes under its post")
    assert await talk.service.preferences(CHANNEL["id"]) == Preferences(mode="post")
    assert await talk.receive("channel_post", post(talk, text="Good morning")) == []


async def test_admins_choose_by_button(talk: Talk) -> None:
    """Not those who read the channel, though they see the buttons."""
    (*_, shown) = await talk.receive("channel_post", post(talk, text="/mode"))
    data = buttons(shown)
    assert list(data) == ["Into the comments", "Under the post", "Nowhere"]
    *_, refused = await talk.press(data["Nowhere"], ANN, CHANNEL)
    assert getattr(refused, "text", "") == "Only chat admins can change this."
    talk.telegram.admins = {BOB["id"]}
    *_, edit = await talk.press(data["Into the comments"], BOB, CHANNEL)
    assert isinstance(edit, EditMessageText)
    assert "в комментариях" in edit.text
    assert await talk.service.preferences(CHANNEL["id"]) == Preferences(mode="comments", locale="ru")
    (*_, shown) = await talk.receive("channel_post", post(talk, text="/mode"))
    assert "✓ Into the comments" in buttons(shown)


async def test_a_copied_command_was_for_the_channel(talk: Talk) -> None:
    """In the discussion group nobody has asked."""
    copied = {"sender_chat": CHANNEL, "is_automatic_forward": True}
    for command in ("/mode off", "/help"):
        assert await talk.receive("message", talk.message(SERVICE, GROUP, text=command, **copied)) == []


async def test_a_channel_is_told_of_no_refusal(talk: Talk) -> None:
    """Its readers could do nothing about it."""
    await talk.service.change_preferences(CHANNEL["id"], mode="post")
    for _ in range(4):
        assert await talk.receive("channel_post", post(talk, **VOICE)) == []
    assert len(talk.worker.jobs) == 3
