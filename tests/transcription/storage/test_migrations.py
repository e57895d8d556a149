"""A database that a former version made is opened with all that is in it.

`tests/data/database_0007.sql` is the dump of one that the version of step 0007 left when it was killed.
"""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import aiosqlite
import pytest

from handlers.address import Address, reply_address
from tests.conftest import DATA
from transcription.jobs import File, JobState, Preferences, Request
from transcription.storage import migrations
from transcription.storage.storage import Storage
from transcription.transcript import Segment, Transcript

SAID = Transcript((Segment(0, 900, "Good morning."), Segment(900, 1500, "All is well.")), "en", 0.97, 1500, "base")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "stenobot.sqlite3"
    former = sqlite3.connect(path)
    former.executescript((DATA / "database_0007.sql").read_text(encoding="utf-8"))
    former.close()
    return path


@pytest.fixture
async def storage(path: Path) -> AsyncIterator[Storage]:
    async with Storage.open(path) as storage:
        yield storage


async def test_each_job_is_what_it_was(storage: Storage) -> None:
    """With its state, attempts, language, words, times and reason; the next start takes up the right ones."""
    jobs = [job for number in range(1, 11) if (job := await storage.jobs.get(number))]
    assert [job.state.value[0] for job in jobs] == list("ddrqqfcdq")
    assert [job.attempts for job in jobs] == [1, 0, 1, 0, 0, 0, 0, 0, 0]
    assert [job.id for job in jobs if job.is_delivered] == [1, 7, 8]
    words, file = "Grafana, Марья", File("file-101", "unique-101", 9000, 3.0)
    assert jobs[0].request == Request(Address("", 7, 101).source, 7, file, "base", None, "en", words)
    assert jobs[0].created_at == pytest.approx(1795285346.166, abs=0.001)
    assert (jobs[5].error, jobs[5].error_details) == ("too-long", {"limit_s": 60})
    assert [job.id for job in await storage.jobs.requeue("telegram")] == [3, 4, 5, 9]
    assert await storage.jobs.undelivered("telegram") == [2, 3, 4, 5, 6, 9]
    assert await storage.jobs.count_undelivered(7) == 4


async def test_texts_are_found_by_file_and_languages_by_chat(storage: Storage) -> None:
    """A business account's chat with a customer is another one than the customer's with the bot."""
    assert await storage.jobs.transcript(1) == await storage.jobs.transcript(2) == SAID
    first = await storage.jobs.get(1)
    assert first
    assert await storage.jobs.find_cached(first.request) == SAID
    assert await storage.jobs.dominant_language(Address("", 7, 0).source) == "en"
    assert await storage.jobs.dominant_language(Address("shop-Connection_1", 9, 0).source) == "ru"
    assert await storage.jobs.dominant_language(Address("", 9, 0).source) is None


async def test_an_update_that_comes_again_is_known(storage: Storage) -> None:
    """Every job is found by its message, in topics and business chats too, and is answered where it came in."""
    addresses = [
        *(Address("", 7, message_id) for message_id in (101, 102, 103, 104)),
        *(Address("", -1005, message_id, thread_id) for message_id, thread_id in ((105, 5), (106, None), (107, None))),
        *(Address("shop-Connection_1", 9, message_id) for message_id in (101, 102)),
    ]
    jobs = [await storage.jobs.find(address.source) for address in addresses]
    assert [job and job.id for job in jobs] == list(range(1, 10))
    assert [await reply_address(job, storage.deliveries) for job in jobs if job] == addresses
    assert [job.id for job in await storage.jobs.unfinished(7, Address("", -1005, 0).source)] == [5]


async def test_messages_that_were_sent_are_not_sent_again(storage: Storage) -> None:
    """Statuses, parts and text files keep their numbers, and go with their job."""
    messages = [await storage.deliveries.messages(number) for number in range(1, 10)]
    long, half = {0: 1001, 1: 1002, 2: 1003, -1: 1004}, {0: 1005, 1: 1006}
    assert messages == [long, half, {0: 1007}, {}, {}, {0: 2001}, {}, {0: 3001}, {}]
    assert await storage.deliveries.find_job(-1005, 2001) == 6
    assert await storage.jobs.forget(7) == 6
    assert await storage.deliveries.messages(1) == {}
    assert await storage.deliveries.messages(6) == {0: 2001}


async def test_a_group_that_moved_before_is_answered_where_it_is(path: Path) -> None:
    """The version of step 0008 knew of such groups."""
    async with aiosqlite.connect(path) as db:
        await db.executescript(dict(migrations.STEPS)["0008_under_load"])
        await db.execute("INSERT INTO migrations VALUES ('0008_under_load')")
        await db.execute("UPDATE jobs SET moved_to_chat_id = -2005, status_message_id = NULL WHERE id = 6")
        await db.execute("UPDATE jobs SET moved_to_chat_id = -2005, status_message_id = 1 WHERE id = 7")
        await db.commit()
    async with Storage.open(path) as storage:
        jobs = [await storage.jobs.get(number) for number in (6, 7)]
        addresses = [await reply_address(job, storage.deliveries) for job in jobs if job]
        assert addresses == [Address("", -2005, 0), Address("", -2005, 0)]
        assert [await storage.deliveries.messages(number) for number in (6, 7)] == [{}, {0: 1}]


async def test_who_wanted_nothing_folded_still_gets_all_of_a_text(path: Path) -> None:
    """The version of step 0018 knew only whether long texts are folded."""
    async with aiosqlite.connect(path) as db:
        for name, sql in await migrations.missing_steps(db):
            if name < "0019":
                await db.executescript(f"{sql}; INSERT INTO migrations VALUES ('{name}')")
        await db.execute("UPDATE preferences SET folds = 0 WHERE chat_id = 7")
        await db.commit()
    async with Storage.open(path) as storage:
        kept = [(await storage.settings.preferences(chat_id)).long_texts for chat_id in (7, -1005)]
        assert kept == ["split", "folded"]


async def test_what_chats_chose_stays(storage: Storage) -> None:
    """Model, language and words; speeds are measured anew."""
    assert await storage.settings.preferences(7) == Preferences("small", "ru", "Grafana, Марья")
    assert await storage.settings.preferences(-1005) == Preferences(None, "pt", None)
    assert await storage.settings.speeds("here") == {}
    assert await storage.settings.auto_model("here") is None


async def test_the_number_of_a_forgotten_job_is_not_used_again(storage: Storage) -> None:
    """Job 10 was forgotten, and its button may still be there."""
    job, new = await storage.jobs.add(Request(Address("", 7, 999).source, 7, File("f", "u"), "base", None, "en"))
    assert (job.id, new, job.state) == (11, True, JobState.QUEUED)


async def test_the_schema_is_that_of_a_new_database(path: Path, storage: Storage) -> None:
    """And rows refer only to rows that are there."""
    async with Storage.open(path.with_name("new.sqlite3")) as new:
        schema = "SELECT type, name, tbl_name FROM sqlite_master ORDER BY name"
        former, fresh = [[tuple(row) for row in await each.database.rows(schema, ())] for each in (storage, new)]
    assert former == fresh
    assert not await storage.database.rows("PRAGMA foreign_key_check", ())
    assert (await storage.database.rows("PRAGMA integrity_check", ()))[0][0] == "ok"
