"""Who speaks in a name that is no person's is served as well, and where it was asked for."""

import pytest

from tests.regressions.conftest import Json, Live

CHANNEL = {"id": -1001, "type": "channel", "title": "News"}
CHANNEL_BOT, ANONYMOUS_BOT = 136_817_688, 1_087_968_824
"""The false users behind all channels, and behind all anonymous admins."""


@pytest.mark.parametrize("command", ["start", "help", "privacy", "model", "language", "words", "forget", "cancel"])
async def test_every_answer_comes_where_it_was_asked_for(live: Live, command: str) -> None:
    """In its topic, in General, in a topic of a private chat, and in a thread of a group without topics."""
    ann = await live.people.add_user(topics=["Work"])
    forum = await live.people.add_chat("supergroup", topics=["Notes"])
    group = (await live.people.add_chat("supergroup"))["id"]
    first = (await live.people.send(ann["id"], "hi", chat_id=group))["message_id"]
    places: list[tuple[Json, int | None]] = [
        ({"chat_id": forum["id"], "message_thread_id": forum["topics"]["Notes"]}, forum["topics"]["Notes"]),
        ({"chat_id": forum["id"]}, None),
        ({"message_thread_id": ann["topics"]["Work"]}, ann["topics"]["Work"]),
        ({"chat_id": group, "reply_to": first}, None),
    ]
    for where, topic in places:
        answer = await live.ask(ann["id"], f"/{command}", **where)
        assert (answer.get("message_thread_id") if answer.get("is_topic_message") else None) == topic


async def test_an_anonymous_admin_decides_for_the_group(live: Live) -> None:
    """They write in the group's name, which Telegram knows as nobody's; their own notes are the group's."""
    await live.people.add_user(ANONYMOUS_BOT, first_name="Group", language_code=None)
    group = await live.people.add_chat("supergroup")
    where: Json = {"chat_id": group["id"], "extra": {"sender_chat": {"id": group["id"], "type": "supergroup"}}}
    assert "Deutsch" in (await live.ask(ANONYMOUS_BOT, "/language german", **where))["text"]
    job = await live.note(ANONYMOUS_BOT, **where)
    assert (job.request.user_id, job.request.language) == (group["id"], "de")
    assert (await live.ask(ANONYMOUS_BOT, "/cancel", **where))["text"] == "Cancelled 1 note."


async def test_a_channel_is_forgotten_at_once(live: Live) -> None:
    """A button would be pressed by a person, of whom nobody can tell whether the channel is theirs."""
    await live.people.add_user(CHANNEL_BOT, first_name="Channel", language_code=None)
    group = await live.people.add_chat("supergroup")
    where: Json = {"chat_id": group["id"], "extra": {"sender_chat": CHANNEL}}
    job = await live.note(CHANNEL_BOT, **where)
    answer = await live.ask(CHANNEL_BOT, "/forget", **where)
    assert "reply_markup" not in answer
    assert await live.store.get(job.id) is None
