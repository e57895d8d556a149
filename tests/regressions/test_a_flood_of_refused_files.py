"""Hundreds of files that can't be taken keep the bot busy with few of them, and with nobody else's note less."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from handlers.address import Address
from sandbox import SandboxOptions, run_sandbox
from tests.bot_process import BotProcess
from tests.conftest import Clip
from tests.regressions.conftest import Live

TOO_LONG = {"duration": 100_000}


async def test_the_rest_is_left_unanswered_and_that_is_said_once(live: Live) -> None:
    """To each sender in the chat, in their language; what ended counts until its last word has been said."""
    group = (await live.people.add_chat("supergroup"))["id"]
    ann = (await live.people.add_user())["id"]
    boris = (await live.people.add_user(language_code="ru"))["id"]
    sent = [
        await live.people.send(user, file=b"OggS", media=TOO_LONG, chat_id=group)
        for _ in range(9)
        for user in (ann, boris)
    ]
    await live.handle()
    jobs = [await live.store.get(job_id) for job_id in await live.store.undelivered("telegram")]
    answered = [Address.parse(job.request.source).message_id for job in jobs if job]
    assert answered == [each["message_id"] for each in sent[:6]]
    said = await live.people.messages(group, from_bot=True)
    assert [(each["reply_to_message"]["message_id"], each["text"].split(",")[0]) for each in said] == [
        (sent[6]["message_id"], "I still have 3 notes of yours to answer"),
        (sent[7]["message_id"], "Мне ещё нужно ответить на 3 ваши записи"),
    ]
    await live.deliver()
    await live.note(ann, chat_id=group)


@pytest.mark.e2e
async def test_somebody_elses_note_is_answered_meanwhile(
    tmp_path: Path, models_dir: Path, clips: Mapping[str, Clip]
) -> None:
    """At Telegram's own pace, while most of the few that were taken still wait for their refusal."""
    async with run_sandbox(SandboxOptions()) as sandbox:
        people, bot = sandbox.client, BotProcess(sandbox, tmp_path, models_dir, MAX_QUEUED_PER_USER="10")
        await bot.start()
        try:
            ann, bob = [(await people.add_user())["id"] for _ in range(2)]
            for n in range(60):
                await people.send(ann, file=b"OggS%d" % n, media=TOO_LONG)
            note = await people.send(bob, file=clips["en_sense_0930"].voice, media={"duration": 4})
            await people.wait(bob, reply_to=note["message_id"], settled=True, timeout_s=60)
            assert len(await people.messages(ann, from_bot=True)) < 10
            await people.wait(ann, text="I still have 10 notes", timeout_s=60)
            await people.wait(ann, messages=11, settled=True, timeout_s=60)
        finally:
            await bot.kill()
