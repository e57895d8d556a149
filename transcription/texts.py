"""The texts that are kept of a person: found by their words, or all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from transcription.jobs import Job, Source
from transcription.storage.jobs import JobStore
from transcription.text_search import TextQuery
from transcription.transcript import Transcript


@dataclass(frozen=True, slots=True)
class KeptText:
    """A job that is done, and its transcript."""

    job: Job
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class FoundTexts:
    """Some of the texts that were found, the newest first; `total` is how many there are, `query` what found them."""

    query: TextQuery
    total: int
    texts: Sequence[KeptText]


class Texts:
    """What is kept of each person, and of nobody else."""

    def __init__(self, store: JobStore) -> None:
        self._store = store

    async def index_former(self) -> None:
        """Have texts of a former version found, too; takes its time beside other work."""
        await self._store.texts.index_former()

    async def find(
        self,
        user_id: int,
        words: str = "",
        *,
        beside: Source | None = None,
        first: int = 0,
        count: int = 1,
        is_typing: bool = False,
    ) -> FoundTexts:
        """At most `count` of a person's texts with all of these words, in any of their forms; without words, of all.

        In all conversations, or in a source's. `first` newer ones are left out. Where no text has the words, those
        are found in which words begin like them; `is_typing` says that the last word may not be finished.
        """
        index, query = self._store.texts, TextQuery.parse(words, is_typing=is_typing)
        total = await index.count(query, user_id, beside)
        if not total and query.wanted:
            query = TextQuery.parse(words, by_prefix=True)
            total = await index.count(query, user_id, beside)
        ids = await index.find(query, user_id, beside, first=first, count=count)
        texts = [text for job_id in ids if (text := await self.get(job_id))]
        return FoundTexts(query, total, texts)

    async def all_ids(self, user_id: int, kind: str) -> list[int]:
        """Ids of a person's jobs of a kind of source that have a text, translations too, the oldest first."""
        return await self._store.ids_of_texts(user_id, kind)

    async def following(self, job: Job, count: int) -> list[Job]:
        """At most so many recordings that came after one into its conversation, whoever sent them, in their order."""
        return await self._store.following(job, count)

    async def latest(self, source: Source, count: int) -> list[Job]:
        """The last recordings of a source's conversation, whoever sent them, at most so many, the latest first."""
        return await self._store.latest(source, count)

    async def row(self, first_id: int) -> list[Job]:
        """The recordings in a row that become one text, by the first of them, in the order in which they came."""
        return await self._store.row(first_id)

    async def get(self, job_id: int) -> KeptText | None:
        """The text of a job; None where it has none, or was forgotten."""
        job, transcript = await self._store.get(job_id), await self._store.transcript(job_id)
        return KeptText(job, transcript) if job and transcript else None
