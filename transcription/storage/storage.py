"""All that survives a killed process: the stores of one database file."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from transcription.observer import Observer
from transcription.storage.answers import AnswerStore
from transcription.storage.api_keys import ApiKeyStore
from transcription.storage.database import Database
from transcription.storage.deferred import DeferredStore
from transcription.storage.deliveries import DeliveryStore
from transcription.storage.jobs import JobStore
from transcription.storage.migrations import migrate, missing_steps
from transcription.storage.people import PeopleStore
from transcription.storage.recordings import RecordingStore
from transcription.storage.search import index_new_texts
from transcription.storage.settings import SettingsStore
from transcription.storage.usage import UsageStore
from transcription.text_search import search_terms


@dataclass(frozen=True, slots=True)
class Storage:
    """The stores over one database.

    Every change is a single statement, so it is whole and on disk when its method returns, whatever runs beside it.
    While the disk is full or the file locked, a method waits until it can be done.
    """

    database: Database
    jobs: JobStore
    deliveries: DeliveryStore
    deferred: DeferredStore
    answers: AnswerStore
    settings: SettingsStore
    api_keys: ApiKeyStore
    recordings: RecordingStore
    people: PeopleStore
    usage: UsageStore

    @classmethod
    def over(cls, db: Database, observer: Observer | None = None) -> Self:
        """The stores over a database whose schema is the newest."""
        return cls(
            database=db,
            jobs=JobStore(db, observer),
            deliveries=DeliveryStore(db),
            deferred=DeferredStore(db),
            answers=AnswerStore(db),
            settings=SettingsStore(db),
            api_keys=ApiKeyStore(db),
            recordings=RecordingStore(db),
            people=PeopleStore(db),
            usage=UsageStore(db),
        )

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, observer: Observer | None = None) -> AsyncIterator[Self]:
        """The stores at `path`, made or migrated as needed, and readable to its owner only.

        `observer` is told what becomes of jobs.
        """
        _make_private(path)
        async with Database.connect(path, {"search_terms": search_terms}) as db:
            await migrate(db.schema)
            await index_new_texts(db.schema)
            yield cls.over(db, observer)

    @classmethod
    @asynccontextmanager
    async def look(cls, path: Path) -> AsyncIterator[Self | None]:
        """The stores at `path` to be read only, whoever works with it; None where its schema is not the newest."""
        async with Database.look(path) as db:
            yield None if await missing_steps(db.schema) else cls.over(db)


def _make_private(path: Path) -> None:
    """Make the file, which its journal is to be like; the folder may be open to others, as others may have made it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(OSError):  # SQLite says better what is wrong
        path.touch()
        path.chmod(0o600)
