"""The index of texts: whose are found, and that nothing of a text outlives it."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from transcription.jobs import File, Job, Request, Source
from transcription.storage import search
from transcription.storage.storage import Storage
from transcription.text_search import TextQuery
from transcription.transcript import Segment, Transcript

ALL = TextQuery()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "stenobot.sqlite3"


@pytest.fixture
async def storage(path: Path) -> AsyncIterator[Storage]:
    async with Storage.open(path) as storage:
        yield storage


async def keep(storage: Storage, text: str, user_id: int = 7, chat: str = "/7", **changes: object) -> Job:
    """A job that is done."""
    number = (await storage.database.rows("SELECT count(*) AS count FROM jobs", ()))[0]["count"]
    source = Source(str(changes.pop("kind", "telegram")), f"{chat}/{number}", chat)
    request = Request(source, user_id, File("f", f"u{number}"), "base", None, "en", **changes)  # type: ignore[arg-type]
    job, _ = await storage.jobs.add(request)
    segments = (Segment(0, 900, text),) if text else ()
    assert await storage.jobs.finish(job.id, Transcript(segments, "ru", 0.9, 900, "base"))
    await storage.jobs.mark_delivered(job.id)
    return job


async def found(storage: Storage, words: str, user_id: int = 7, beside: Source | None = None) -> list[int]:
    ids = await storage.jobs.texts.find(TextQuery.parse(words), user_id, beside, count=99)
    assert len(ids) == await storage.jobs.texts.count(TextQuery.parse(words), user_id, beside)
    return ids


async def test_ones_own_are_found(storage: Storage) -> None:
    """The newest first; nobody else's, not even those of a chat whose number differs by its sign."""
    first = await keep(storage, "Новая квартира у моря")
    await keep(storage, "Квартира соседа", user_id=8)
    await keep(storage, "Квартира чата", user_id=-7)
    here = await keep(storage, "В новой квартире", chat="/-100")
    assert await found(storage, "квартиру") == [here.id, first.id]
    assert await found(storage, "новое море") == [first.id]
    assert await found(storage, "", beside=here.request.source) == [here.id]


async def test_a_text_is_found_once(storage: Storage) -> None:
    """Not what says more of it, nor silence, nor what callers of the API sent."""
    first = await keep(storage, "квартира")
    await keep(storage, "flat квартира", based_on=first.id)
    await keep(storage, "квартира", kind="api")
    await keep(storage, "")
    assert await found(storage, "") == await found(storage, "квартира") == [first.id]


@pytest.mark.parametrize("way", ["forget", "expire"])
async def test_no_word_outlives_its_text(storage: Storage, path: Path, way: str) -> None:
    """In the database and its journal, among hundreds of others that stay."""
    for number in range(120):
        await keep(storage, f"обычная запись о деле номер {number} и слово слово{number}", user_id=8)
        if number % 40 == 20:
            await keep(storage, f"секретный пароль гиппопотам{number}")
    texts = storage.jobs.texts
    assert len(await found(storage, "гиппопотам*")) == 3
    if way == "forget":
        assert await storage.jobs.forget(7) == 3
    else:
        await storage.database.rows("UPDATE jobs SET ended_at = 5 WHERE user_id = 7", ())
        assert await storage.jobs.expire(10, 10) == 3
        await texts.scrub()
        await storage.database.empty_journal()
    assert await texts.count(ALL, 8) == 120
    assert await texts.count(ALL, 7) == 0
    for file in path.parent.iterdir():
        for word in ("гиппопотам", "секретн", "парол", "_7"):
            assert word.encode() not in file.read_bytes(), (file, word)


async def test_texts_of_a_former_version_are_found(
    storage: Storage, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In as many steps as it takes, from where the last start got to; each once."""
    monkeypatch.setattr(search, "INDEXED_AT_ONCE", 2)
    jobs = [await keep(storage, f"квартира {number}") for number in range(7)]
    await storage.database.rows("DELETE FROM texts WHERE job_id < 6", ())
    await storage.database.rows("UPDATE unindexed SET below = 8", ())
    assert len(await found(storage, "квартира")) == 2
    await storage.jobs.texts.index_former()
    assert await found(storage, "квартира") == [job.id for job in reversed(jobs)]
    database = sqlite3.connect(path)
    database.execute("INSERT INTO text_index (text_index) VALUES ('integrity-check')")
    database.close()


async def test_a_former_version_can_go_on(storage: Storage, path: Path) -> None:
    """It knows nothing of the index, and stores and deletes texts all the same."""
    job = await keep(storage, "квартира")
    former = sqlite3.connect(path)
    former.execute("PRAGMA foreign_keys = ON")
    former.execute('UPDATE jobs SET transcript = \'{"segments": [{"text": "дом"}]}\' WHERE id = ?', (job.id,))
    former.execute("DELETE FROM jobs")
    former.commit()
    former.close()
    assert await found(storage, "") == []


async def test_letters_of_all_scripts_are_found(storage: Storage) -> None:
    """Also such as come apart when their case and accents are taken away, and those younger than SQLite's tables."""
    for word in ["½", "ŀ", "ำ", "ͺ", "ㄱ", "İstanbul", "straße", "ﬁnd", "𐓀𐓁", "𞤀𞤁", "क़लम", "œuvre"]:
        job = await keep(storage, f"a {word}b, {word}")
        assert await found(storage, f"{word}b") == [job.id]
        assert await found(storage, word) == [job.id]
