"""What a message replies to is what its sender chose: not the topic or the comments that it stands in."""

from handlers.address import Address
from tests.regressions.conftest import Live

CHANNEL = {"id": -1001, "type": "channel", "title": "News"}
TELEGRAM = 777_000
"""Who posts of a channel come from in its group."""


async def test_cancel_alone_in_a_topic_ends_ones_own_notes(live: Live) -> None:
    """The server lets it reply to the topic's root; the answer comes into the topic."""
    ann = (await live.people.add_user())["id"]
    forum = await live.people.add_chat("supergroup", topics=["Notes"])
    topic = forum["topics"]["Notes"]
    job = await live.note(ann, chat_id=forum["id"], message_thread_id=topic)
    answer = await live.ask(ann, "/cancel", chat_id=forum["id"], message_thread_id=topic)
    assert answer["text"] == "Cancelled 1 note."
    assert (answer["message_thread_id"], answer["is_topic_message"]) == (topic, True)
    assert await live.ended(job) == [True]


async def test_cancel_as_a_reply_in_a_topic_ends_that_note(live: Live) -> None:
    """It is still that note alone, also in the topic General and in a private chat with topics."""
    ann = await live.people.add_user(topics=["Work"])
    forum = await live.people.add_chat("supergroup", topics=["Notes"])
    for where in (
        {"chat_id": forum["id"], "message_thread_id": forum["topics"]["Notes"]},
        {"chat_id": forum["id"]},
        {"chat_id": ann["id"], "message_thread_id": ann["topics"]["Work"]},
    ):
        job, other = await live.note(ann["id"], **where), await live.note(ann["id"], **where)
        answer = await live.ask(ann["id"], "/cancel", reply_to=Address.parse(job.request.source).message_id, **where)
        assert answer["text"] == "Cancelled 1 note."
        assert answer.get("message_thread_id") == where.get("message_thread_id")
        assert await live.ended(job, other) == [True, False]
        await live.ask(ann["id"], "/cancel", **where)
        assert await live.ended(other) == [True]
        await live.deliver()


async def test_cancel_as_a_reply_across_topics_ends_that_note(live: Live) -> None:
    """It comes as a reply to elsewhere, together with the root of the topic it was written in."""
    ann = (await live.people.add_user())["id"]
    forum = await live.people.add_chat("supergroup", topics=["Notes", "Ideas"])
    places = [{"chat_id": forum["id"], "message_thread_id": topic} for topic in forum["topics"].values()]
    job, other = [await live.note(ann, **place) for place in places]
    chat = {"id": forum["id"], "type": "supergroup", "title": "Group"}
    origin = {"type": "user", "date": 1, "sender_user": {"id": ann, "is_bot": False, "first_name": "Ann"}}
    elsewhere = {"origin": origin, "chat": chat, "message_id": Address.parse(job.request.source).message_id}
    answer = await live.ask(ann, "/cancel", **places[1], extra={"external_reply": elsewhere})
    assert answer["text"] == "Cancelled 1 note."
    assert await live.ended(job, other) == [True, False]
    answer = await live.ask(ann, "/cancel", **places[1], extra={"external_reply": {"origin": origin}})
    assert answer["text"].startswith("That message is not a note of mine")
    assert await live.ended(other) == [False]


async def test_cancel_alone_among_comments_ends_ones_own_notes(live: Live) -> None:
    """Apps send a comment as a reply to the channel's post. A reply to a note starts a thread too, and is meant."""
    ann = (await live.people.add_user())["id"]
    await live.people.add_user(TELEGRAM, first_name="Telegram")
    group = (await live.people.add_chat("supergroup"))["id"]
    forwarded = {"sender_chat": CHANNEL, "is_automatic_forward": True}
    post = await live.people.send(TELEGRAM, "Read this", chat_id=group, extra=forwarded)
    job = await live.note(ann, chat_id=group, reply_to=post["message_id"])
    assert (await live.ask(ann, "/cancel", chat_id=group, reply_to=post["message_id"]))["text"] == "Cancelled 1 note."
    assert await live.ended(job) == [True]
    job, other = await live.note(ann, chat_id=group), await live.note(ann, chat_id=group)
    await live.ask(ann, "/cancel", chat_id=group, reply_to=Address.parse(job.request.source).message_id)
    assert await live.ended(job, other) == [True, False]
