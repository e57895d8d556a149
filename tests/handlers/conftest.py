"""A dispatcher as the bot builds it, over a real service and store; only Telegram, models and the work are false."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    DeleteMessage,
    EditMessageText,
    GetBusinessConnection,
    GetChat,
    GetChatMember,
    GetMe,
    SendDocument,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import (
    AcceptedGiftTypes,
    BusinessConnection,
    Chat,
    ChatFullInfo,
    ChatMemberAdministrator,
    ChatMemberMember,
    Message,
    Update,
    User,
)

from bot.dispatcher import create_dispatcher
from bot.localization import Locales
from bot.middlewares.background import Background
from handlers.address import TELEGRAM
from handlers.dependencies import Chart
from handlers.people import AccessRules, Owners
from transcription.audio.fetching import SourceKind
from transcription.errors import TranscriptionError
from transcription.jobs import File, Job, Preferences, Request
from transcription.models.registry import Progress
from transcription.progress import TranscriptionProgress
from transcription.service import Service, ServiceOptions
from transcription.speed import SpeedEstimates
from transcription.storage.storage import Storage
from transcription.transcript import Segment, Transcript
from transcription.voice_looks import VoiceLooks
from transcription.worker import Worker

Json = dict[str, Any]

LOCALES = Locales.load()
BOT = {"id": 42, "is_bot": True, "first_name": "Steno", "username": "steno_bot"}
ANN = {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": "en"}
BOB = {"id": 8, "is_bot": False, "first_name": "Bob", "language_code": "ru-RU"}
ROOT = {"id": 9, "is_bot": False, "first_name": "Root", "language_code": "en"}
"""In ADMIN_USERS."""
OWNER = {"id": 5, "is_bot": False, "first_name": "Olga", "language_code": "ru"}
"""Who has a business account."""
GROUP = {"id": -100, "type": "supergroup", "title": "Family"}


class Telegram(BaseSession):
    """Takes what the bot calls and gives a plausible answer. `admins` administer every chat."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[TelegramMethod[Any]] = []
        self.admins: set[int] = set()
        self.keeps_messages = False
        self.open = asyncio.Event()
        self.open.set()
        self._message_ids = itertools.count(1000)

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109, PLR0911
        self.calls.append(method)
        await self.open.wait()
        match method:
            case GetMe():
                return User.model_validate(BOT)
            case GetChat(chat_id=chat_id):
                name = next((each["first_name"] for each in (ANN, BOB, ROOT) if each["id"] == chat_id), "Someone")
                gifts = AcceptedGiftTypes.model_validate(dict.fromkeys(AcceptedGiftTypes.model_fields, False))
                about = {"type": "private", "accent_color_id": 0, "max_reaction_count": 11, "first_name": name}
                return ChatFullInfo.model_validate({"id": chat_id, "accepted_gift_types": gifts, **about})
            case GetBusinessConnection(business_connection_id=id_):
                return BusinessConnection.model_validate(connection(id_))
            case GetChatMember(user_id=user_id):
                user = User(id=user_id, is_bot=False, first_name="Someone")
                rights = dict.fromkeys(ChatMemberAdministrator.model_fields, True) | {"status": "administrator"}
                if user_id in self.admins:
                    return ChatMemberAdministrator.model_validate({**rights, "user": user, "custom_title": None})
                return ChatMemberMember(user=user)
            case SendMessage() | EditMessageText() | SendDocument():
                chat = Chat(id=int(method.chat_id or 0), type="private")
                text = getattr(method, "text", None)
                sent = Message(message_id=next(self._message_ids), date=0, chat=chat, text=text)  # type: ignore[arg-type]
                return sent.as_(bot)
            case DeleteMessage() if self.keeps_messages:
                raise TelegramBadRequest(method=method, message="Bad Request: message can't be deleted")
            case _:
                return True

    async def close(self) -> None:
        """Nothing to close."""

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncIterator[bytes]:  # type: ignore[override]
        yield b""


def connection(id_: str = "shop", *, can_reply: bool = True, is_enabled: bool = True) -> Json:
    """A business connection as Telegram describes it."""
    rights = {"rights": {"can_reply": True} if can_reply else {}} if is_enabled else {}
    return {"id": id_, "user": OWNER, "user_chat_id": OWNER["id"], "date": 0, "is_enabled": is_enabled, **rights}


async def no_bytes(_file: File) -> AsyncIterator[bytes]:
    pytest.fail("nothing is fetched")
    yield b""


class IdleWorker:
    """Keeps what it was given, and never begins.

    `first_passes` are the texts of jobs in their second pass, `segments` what is recognised of others.
    """

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.first_passes: dict[int, Transcript] = {}
        self.segments: dict[int, list[Segment]] = {}
        self.sources = {TELEGRAM: SourceKind(no_bytes, 20 << 20)}
        self.voice_looks = VoiceLooks()

    is_available = True

    def add(self, job: Job) -> None:
        self.jobs.append(job)

    def final_model(self, request: Request) -> str:
        return request.model

    def pending_first_passes(self, _user_id: int) -> int:
        return len(self.first_passes)

    def progress(self, job_id: int) -> TranscriptionProgress | None:
        first_pass, segments = self.first_passes.get(job_id), self.segments.get(job_id, [])
        return TranscriptionProgress(first_pass=first_pass, segments=segments) if first_pass or segments else None

    def position(self, _job_id: int) -> None:
        return None

    def __contains__(self, job_id: object) -> bool:
        return any(job.id == job_id for job in self.jobs)

    def abort(self, job_id: int) -> None:
        self.jobs = [job for job in self.jobs if job.id != job_id]


class FalseModels:
    """Models that are there at once; those in `refused` do not fit, those in `missing` can't be had."""

    def __init__(self) -> None:
        self.refused: dict[str, TranscriptionError] = {}
        self.missing: dict[str, TranscriptionError] = {}
        self.ensured: list[str] = []
        self.workers: dict[str, int] | None = None

    def available(self, name: str) -> bool:
        return name not in self.missing

    def check_fits(self, name: str) -> None:
        if name in self.refused:
            raise self.refused[name]

    async def ensure(self, name: str, on_progress: Progress | None = None) -> None:
        if name in self.missing:
            raise self.missing[name]
        self.ensured.append(name)


class Talk:
    """People who write to the bot, and what it does about it."""

    def __init__(
        self, telegram: Telegram, storage: Storage, allowed: frozenset[int], *, takes_links: bool = False
    ) -> None:
        self.telegram = telegram
        self.worker = IdleWorker()
        self.models = FalseModels()
        self.background = Background()
        self.followed: list[int] = []
        self.charts: list[Chart] = []
        self.picture: bytes | None = None
        self.bot = Bot("42:token", session=telegram)
        self.store = storage.jobs
        self.deliveries = storage.deliveries
        self.people = storage.people
        self.answers = storage.answers
        self.service = Service(
            store=storage.jobs,
            settings=storage.settings,
            create_worker=lambda _on_change: cast("Worker", self.worker),
            speeds=SpeedEstimates(storage.settings, {}),
            options=ServiceOptions(Preferences("base", None), 3600, 3, 30),
        )
        self.dispatcher = create_dispatcher(
            service=self.service,
            deliveries=self.deliveries,
            deferred=storage.deferred,
            people=storage.people,
            owners=Owners(storage.people, frozenset({ROOT["id"]}), LOCALES.say),
            usage=storage.usage,
            models=self.models,
            locales=LOCALES,
            background=self.background,
            follow_job=self.followed.append,
            draw_chart=self.draw_chart,
            access=AccessRules(frozenset({ROOT["id"]}), allowed),
            compute_type="int8",
            takes_links=takes_links,
        )
        self._ids = itertools.count(1)

    async def draw_chart(self, chart: Chart) -> bytes | None:
        self.charts.append(chart)
        return self.picture

    def message(self, sender: Json = ANN, chat: Json | None = None, **content: Any) -> Json:
        """A message as Telegram sends it, in private unless a chat is given."""
        message_id = next(self._ids)
        chat = chat or {"id": sender["id"], "type": "private", "first_name": sender["first_name"]}
        return {"message_id": message_id, "date": 0, "from": sender, "chat": chat, **content}

    async def receive(self, kind: str, event: Json) -> list[TelegramMethod[Any]]:
        """Handle an update to its end; returns what was called meanwhile."""
        before = len(self.telegram.calls)
        await self.feed(kind, event)
        while tasks := self.background._tasks:
            await asyncio.wait(tasks)
        return self.telegram.calls[before:]

    async def feed(self, kind: str, event: Json) -> None:
        """Handle an update as far as polling waits for it."""
        update = Update.model_validate({"update_id": next(self._ids), kind: event}, context={"bot": self.bot})
        await self.dispatcher.feed_update(self.bot, update)

    async def say(self, text: str, sender: Json = ANN, chat: Json | None = None, **content: Any) -> Any:
        """Write something; returns the one thing that the bot did about it, or None."""
        calls = await self.receive("message", self.message(sender, chat, text=text, **content))
        answers = [call for call in calls if not isinstance(call, GetChatMember | GetMe)]
        assert len(answers) <= 1
        return answers[0] if answers else None

    async def voice(self, sender: Json = ANN, chat: Json | None = None, **content: Any) -> list[TelegramMethod[Any]]:
        """Send a voice note."""
        name = f"voice-{next(self._ids)}"
        voice = {"file_id": name, "file_unique_id": name, "duration": 3, "file_size": 9000}
        return await self.receive("message", self.message(sender, chat, voice=voice, **content))

    async def press(
        self, button: str, sender: Json = ANN, chat: Json | None = None, **content: Any
    ) -> list[TelegramMethod[Any]]:
        """Press a button by its data; it is under a message of the bot."""
        message = self.message(BOT, chat or {"id": sender["id"], "type": "private"}, text="Something") | content
        query = {"id": "1", "from": sender, "chat_instance": "1", "data": button, "message": message}
        return await self.receive("callback_query", query)


@pytest.fixture
def allowed() -> frozenset[int]:
    """Everyone is welcome; a test that wants otherwise gives other ids."""
    return frozenset()


@pytest.fixture
def takes_links() -> bool:
    """As by default; a test that wants otherwise gives True."""
    return False


@pytest.fixture
async def talk(tmp_path: Path, allowed: frozenset[int], takes_links: bool) -> AsyncIterator[Talk]:
    async with Storage.open(tmp_path / "stenobot.sqlite3") as storage:
        yield Talk(Telegram(), storage, allowed, takes_links=takes_links)
