"""Which notes in a row become one text."""

from dataclasses import replace
from typing import Any

import pytest

from tests.handlers.conftest import ANN, BOB, GROUP, Json, Talk

TOPIC = {"is_topic_message": True, "message_thread_id": 5}


async def send(talk: Talk, at_s: int, duration_s: int = 3, sender: Json = ANN, **content: Any) -> None:
    """Send a note to the group at a time in seconds."""
    voice = {"file_id": "f", "file_unique_id": f"u{len(talk.worker.jobs)}", "duration": duration_s}
    await talk.receive("message", talk.message(sender, GROUP, voice=voice, **content) | {"date": 1_000_000 + at_s})


def rows(talk: Talk) -> list[int | None]:
    """For each note that came the place of the one whose row it goes on."""
    places = {job.id: place for place, job in enumerate(talk.worker.jobs)}
    return [None if job.request.row_of is None else places[job.request.row_of] for job in talk.worker.jobs]


@pytest.fixture
async def joining(talk: Talk) -> Talk:
    """The group joins what comes within half a minute."""
    talk.service.options = replace(talk.service.options, max_queued_per_user=50)
    await talk.service.change_preferences(GROUP["id"], join_s=30)
    return talk


async def test_a_pause_ends_a_row(joining: Talk) -> None:
    """In which the time of speaking does not count; each note counts from the one before it."""
    for at_s, duration_s in ((0, 3), (30, 3), (120, 65), (151, 0), (153, 1)):
        await send(joining, at_s, duration_s)
    assert rows(joining) == [None, 0, 0, None, 3]


async def test_others_and_other_topics_end_a_row(joining: Talk) -> None:
    """A note of another does; one in another topic is no part of it, and ends nothing."""
    for sender, where in ((ANN, {}), (ANN, TOPIC), (ANN, {}), (BOB, {}), (ANN, {}), (ANN, TOPIC)):
        await send(joining, 0, sender=sender, **where)
    assert rows(joining) == [None, None, 0, None, None, 1]


async def test_an_album_is_a_row(joining: Talk) -> None:
    """Its files come at one moment."""
    for _ in range(3):
        await send(joining, 0, media_group_id="1")
    assert rows(joining) == [None, 0, 0]


async def test_what_waited_while_the_bot_was_away_is_told_apart_by_its_own_time(joining: Talk) -> None:
    """Not by when it reached the bot, which is the same moment for all."""
    for at_s in (0, 600, 610):
        await send(joining, at_s)
    assert rows(joining) == [None, None, 1]


@pytest.mark.parametrize("why", ["off", "not kept", "asked for"])
async def test_nothing_is_joined(joining: Talk, why: str) -> None:
    """Where the chat does not want it, no text is kept to grow, or each is asked for."""
    if why == "not kept":
        joining.service.options = replace(joining.service.options, keep_days=0)
    changes = {"off": {"join_s": 0}, "asked for": {"mode": "asked"}}.get(why, {"join_s": 120})
    await joining.service.change_preferences(GROUP["id"], **changes)  # type: ignore[arg-type]
    mention = {"caption": "@steno_bot", "caption_entities": [{"type": "mention", "offset": 0, "length": 10}]}
    for _ in range(2):
        await send(joining, 0, **mention)
    assert rows(joining) == [None, None]
