"""Links become jobs where the owner lets them be followed."""

from typing import Any

import pytest
from aiogram.methods import SendMessage

from handlers.message_units import utf16_units
from tests.handlers.conftest import ANN, BOB, GROUP, Talk

LINK = "https://example.org/talk.mp3"
HIDDEN = {"type": "hidden_user", "date": 0, "sender_user_name": "Someone"}
PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]


def linked(text: str, *links: str) -> dict[str, Any]:
    """A message's text with its links and a mention of the bot, as Telegram marks them."""
    marked = {"url": links, "mention": ["@steno_bot"] if "@steno_bot" in text else []}
    entities = [
        {"type": kind, "offset": utf16_units(text[: text.index(each)]), "length": len(each)}
        for kind, words in marked.items()
        for each in words
    ]
    return {"text": text, "entities": entities}


@pytest.fixture
def takes_links() -> bool:
    return True


async def files(talk: Talk, user: dict[str, Any] = ANN) -> list[str]:
    return [job.request.file.file_id for job in await talk.store.unfinished(user["id"])]


@pytest.mark.parametrize(
    "content",
    [
        linked(LINK, LINK),
        linked(f"Слушай 🎧 {LINK}", LINK) | {"forward_origin": HIDDEN},
        linked("example.org/talk.mp3", "example.org/talk.mp3"),
        linked("HTTPS://example.org/talk.mp3", "HTTPS://example.org/talk.mp3"),
        {"text": "here", "entities": [{"type": "text_link", "offset": 0, "length": 4, "url": LINK}]},
        {"photo": PHOTO, "caption": LINK, "caption_entities": linked(LINK, LINK)["entities"]},
    ],
)
async def test_a_link_in_private_becomes_a_job(talk: Talk, content: dict[str, Any]) -> None:
    """However it is written, and whatever stands beside it; nothing is said yet, for that is delivery's."""
    assert await talk.receive("message", talk.message(**content)) == []
    assert await files(talk) == [LINK]


async def test_of_several_links_the_first_is_taken(talk: Talk) -> None:
    """Which is said."""
    other = "https://example.org/another.mp3"
    assert "first link" in (await talk.say(**linked(f"{LINK} {other}", LINK, other))).text
    assert await files(talk) == [LINK]


@pytest.mark.parametrize(
    "content",
    [
        {"text": "tg://user?id=1", "entities": [{"type": "url", "offset": 0, "length": 14}]},
        linked(f"/unknown {LINK}", LINK),
        linked(LINK, LINK) | {"via_bot": ANN | {"is_bot": True}},
        {"text": LINK},
    ],
    ids=["another scheme", "a command", "inline mode", "no link to Telegram"],
)
async def test_what_is_no_link_to_a_recording_is_no_job(talk: Talk, content: dict[str, Any]) -> None:
    """A hint at most."""
    await talk.receive("message", talk.message(**content))
    assert await files(talk) == []


async def test_in_a_group_a_link_is_taken_when_asked_for(talk: Talk) -> None:
    """By a mention beside it, by one in a reply or by /text; a link alone is talk among people."""
    note = talk.message(chat=GROUP, **linked(LINK, LINK))
    assert await talk.receive("message", note) == []
    assert await files(talk) == []
    await talk.receive("message", talk.message(chat=GROUP, **linked(f"@steno_bot {LINK}", LINK)))
    assert await files(talk) == [LINK]
    await talk.say("/text", BOB, GROUP, reply_to_message=note)
    other = talk.message(chat=GROUP, **linked(LINK, LINK))
    await talk.receive("message", talk.message(BOB, GROUP, reply_to_message=other, **linked("@steno_bot")))
    assert await files(talk) == [LINK] * 3


async def test_in_a_group_that_is_off_no_link_is_taken(talk: Talk) -> None:
    """Whoever mentions the bot; and where texts are for the asker only, so is that of a link."""
    await talk.service.change_preferences(GROUP["id"], mode="off")
    await talk.receive("message", talk.message(chat=GROUP, **linked(f"@steno_bot {LINK}", LINK)))
    assert await files(talk) == []
    await talk.service.change_preferences(GROUP["id"], mode="private")
    await talk.receive("message", talk.message(chat=GROUP, **linked(f"@steno_bot {LINK}", LINK)))
    (job,) = await talk.store.unfinished(ANN["id"])
    assert job.request.source.key.endswith(f":{ANN['id']}")


async def test_help_and_hints_speak_of_links(talk: Talk) -> None:
    """As /privacy does of what leaves the machine."""
    assert "link" in (await talk.say("hello")).text
    assert "A link to" in (await talk.say("/help")).text
    assert "its site sees" in (await talk.say("/privacy")).text


class TestOff:
    @pytest.fixture
    def takes_links(self) -> bool:
        return False

    async def test_links_are_text_like_any_other_by_default(self, talk: Talk) -> None:
        """In private there is the hint that there always was, in groups nothing; nowhere is a word of links."""
        answer = await talk.say(**linked(LINK, LINK))
        assert isinstance(answer, SendMessage)
        assert "link" not in str(answer.text) + str((await talk.say("/help")).text)
        assert await talk.receive("message", talk.message(chat=GROUP, **linked(f"@steno_bot {LINK}", LINK))) == []
        assert await files(talk) == []
