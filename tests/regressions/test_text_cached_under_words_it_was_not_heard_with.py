"""A note is heard with the words that its chat had when it came, whatever is chosen while it waits."""

from tests.handlers.conftest import ANN, Talk
from transcription.transcript import Segment, Transcript

HEARD = Transcript((Segment(0, 900, "Kubernetes."),), "en", 0.97, 900, "base")


async def test_words_belong_to_the_note_not_to_the_moment(talk: Talk) -> None:
    """The request holds them, and its text answers only notes that came with the same words."""
    await talk.say("/words Kubernetes")
    await talk.voice()
    await talk.say("/words Grafana")
    (job,) = await talk.store.unfinished(ANN["id"])
    assert job.request.prompt == "Kubernetes"
    assert (await talk.store.requeue("telegram"))[0].request.prompt == "Kubernetes"
    await talk.store.finish(job.id, HEARD)
    assert await talk.store.find_cached(job.request) == HEARD
    await talk.say("/words -")
    assert await talk.store.find_cached(job.request) == HEARD
