"""What no other try would change ends a delivery, and the work for it."""

import pytest

from tests.bot.conftest import Chat
from transcription.jobs import JobState

REFUSALS = [
    "USER_BANNED_IN_CHANNEL",
    "CHAT_WRITE_FORBIDDEN",
    "CHAT_SEND_PLAIN_FORBIDDEN",
    "CHAT_GUEST_SEND_FORBIDDEN",
    "CHAT_ADMIN_REQUIRED",
    "CHAT_RESTRICTED",
    "CHANNEL_PRIVATE",
    "CHANNEL_PUBLIC_GROUP_NA",
    "PEER_ID_INVALID",
    "USER_DELETED",
    "BUSINESS_PEER_USAGE_MISSING",
    "have no write access to the chat",
    "not enough rights to send text messages to the chat",
    "need administrator rights in the channel chat",
    "private chat not found",
]


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_chat_that_may_not_be_written_to_is_let_be(chat: Chat, refusal: str) -> None:
    """In Telegram's words and in the server's own; the text is not tried again."""
    job = await chat.note()
    await chat.people.add_fault("editMessageText", "error", code=400, text=refusal, times=None)
    await chat.say(job, "Nobody may hear this")
    await chat.delivered(job)


async def test_a_deleted_topic_is_no_reason_to_keep_a_text(chat: Chat) -> None:
    """Telegram's own name for it, too: the text comes outside of the topic."""
    await chat.people.add_fault("sendMessage", "error", code=400, text="TOPIC_DELETED")
    job = await chat.silent_note(thread_id=77)
    await chat.say(job, "Homeless")
    await chat.delivered(job)
    assert await chat.texts(1) == ["Homeless"]
    now = await chat.store.get(job.id)
    assert now
    assert now.state is JobState.DONE
