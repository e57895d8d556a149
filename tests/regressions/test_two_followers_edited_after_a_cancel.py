"""A job whose last word was said is not followed again, whatever news of it comes late."""

from tests.bot.conftest import Chat
from transcription.jobs import JobState


async def test_late_news_of_a_cancelled_note_says_nothing(chat: Chat) -> None:
    """Its thread ends after the cancel was said, and that is news too."""
    job = await chat.note()
    await chat.store.transition(job.id, JobState.CANCELLED)
    chat.service.news(job)
    await chat.delivered(job)
    chat.service.news(job)
    await chat.followed(job)
    calls = await chat.people.calls("editMessageText")
    assert len(calls) == 1
