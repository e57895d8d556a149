"""The status of a note that was forgotten while it waited stood in the chat for ever."""

from tests.handlers.conftest import ANN, Talk


async def test_whoever_follows_a_waiting_job_is_told_that_it_was_forgotten(talk: Talk) -> None:
    """Delivery then takes its status back. Who follows jobs of another kind of source is told of none of this."""
    told: list[int] = []
    others: list[int] = []
    await talk.voice()
    talk.service.subscribe(told.append, source="telegram")
    talk.service.subscribe(others.append, source="elsewhere")
    (job,) = talk.worker.jobs
    assert await talk.service.forget(ANN["id"]) == 1
    assert told == [job.id]
    await talk.voice()
    assert len(told) == 2
    assert others == []
    assert await talk.service.forget(ANN["id"]) == 1
    assert not talk.service._sources
