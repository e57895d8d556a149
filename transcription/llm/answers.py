"""Answers of a language model about texts: asked in parts where a text is long, and kept for as long as the text."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import structlog

from transcription.llm.endpoint import Endpoint
from transcription.llm.errors import LlmFailed, LlmFailure
from transcription.llm.parts import MAX_PARTS, TextBudget, cut_text, split_text
from transcription.llm.plain_text import begins_with_thoughts, plain_text
from transcription.llm.prompts import AnswerKind, messages
from transcription.storage.answers import AnswerStore, KeptAnswer

log = structlog.get_logger()

AT_ONCE = 2
"""Questions that are answered at a time: small servers have room for one or two."""
MAX_WAITING = 20
"""People who wait for their turn; with more of them nobody knows how long that takes."""
ANSWERED = "answered"
FOR_OWNER = frozenset({LlmFailure.KEY, LlmFailure.MODEL})
"""Failures that end when the owner changes a setting."""
MAX_THOUGHTS = 60_000
"""Characters that a model may think before it answers."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be made of the text of a job, and the language code of that text."""

    job_id: int
    kind: AnswerKind
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that is being written: which part of the text it is about, and of how many.

    `raw` is what came so far for that part, after what was made of those `before`.
    """

    raw: str
    part: int = 1
    parts: int = 1
    before: str = ""

    @property
    def text(self) -> str:
        """What can be shown of it."""
        return self.before + plain_text(self.raw)


@dataclass(frozen=True, slots=True)
class _Written:
    """What came for one part, and whether that is all there was to say."""

    raw: str
    is_whole: bool = True

    @property
    def text(self) -> str:
        return plain_text(self.raw)


class Answers:
    """Asks the endpoint, a few questions at a time, of as much text at once as `context_tokens` leave room for."""

    def __init__(self, endpoint: Endpoint, store: AnswerStore, context_tokens: int) -> None:
        self._endpoint = endpoint
        self._store = store
        self._context_tokens = context_tokens
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self.outcome: str | None = None
        """What the endpoint is worth, as far as is known: `ANSWERED`, or why it refuses, if that is the owner's."""

    @property
    def host(self) -> str:
        """Where texts go, as people are told."""
        return self._endpoint.host

    @property
    def is_local(self) -> bool:
        """Whether that is this machine."""
        return self._endpoint.is_local

    @property
    def model(self) -> str:
        """The model that answers."""
        return self._endpoint.model

    async def find(self, question: Question) -> KeptAnswer | None:
        """The answer that is kept; None where the text or the model was another one."""
        return await self._store.find(question.job_id, question.kind, self._digest(question))

    async def ask(self, question: Question) -> AsyncGenerator[Draft | KeptAnswer]:
        """The answer as it grows, and at last as it is kept. Raises `LlmFailed`."""
        async with self._turn():
            try:
                async with aclosing(self._write(question)) as drafts:
                    async for draft in drafts:
                        yield draft
            except LlmFailed as error:
                if error.reason in FOR_OWNER:
                    self.outcome = error.reason
                raise
            self.outcome = ANSWERED

    async def _write(self, question: Question) -> AsyncGenerator[Draft | KeptAnswer]:
        budget = TextBudget.of(question.kind, self._context_tokens)
        all_parts = split_text(question.text, budget.text_bytes)
        if not all_parts:
            raise LlmFailed(reason=LlmFailure.EMPTY)
        parts, written = all_parts[:MAX_PARTS], list[_Written]()
        is_joined = len(parts) > 1 and question.kind is not AnswerKind.TIDY
        count = len(parts) + is_joined
        for number, part in enumerate(parts, 1):
            before = "".join(f"{each.text}\n\n" for each in written)
            async with aclosing(self._complete(question, part, budget)) as answer:
                async for said in answer:
                    yield Draft("", number, count) if is_joined else Draft(said.raw, number, count, before)
            written.append(said)
        if is_joined:
            results = "\n\n".join(cut_text(each.text, budget.text_bytes // len(written)) for each in written)
            async with aclosing(self._complete(question, results, budget, is_joining=True)) as answer:
                async for said in answer:
                    yield Draft(said.raw, count, count)
            written = [said]
        yield await self._keep(question, written, sum(map(len, parts)) / sum(map(len, all_parts)))

    async def _complete(
        self, question: Question, text: str, budget: TextBudget, *, is_joining: bool = False
    ) -> AsyncGenerator["_Written"]:
        """One answer as it grows; one that is too long is cut, and the server need not go on."""
        asked = messages(question.kind, text, question.language, is_joining=is_joining)
        raw, is_whole, limit = "", True, budget.answer_characters
        async with aclosing(self._endpoint.complete(asked)) as chunks:
            async for chunk in chunks:
                raw += chunk.text
                limit = budget.answer_characters + (MAX_THOUGHTS if begins_with_thoughts(raw) else 0)
                is_whole = is_whole and chunk.finish_reason in {"", "stop"} and len(raw) <= limit
                yield _Written(raw)
                if len(raw) > limit:
                    break
        written = _Written(raw[:limit], is_whole=is_whole)
        if not written.text:
            raise LlmFailed(reason=LlmFailure.EMPTY)
        yield written

    async def _keep(self, question: Question, written: "Sequence[_Written]", share: float) -> KeptAnswer:
        text = "\n\n".join(each.text for each in written)
        answer = KeptAnswer(text, share, all(each.is_whole for each in written))
        await self._store.keep(question.job_id, question.kind, self._digest(question), answer)
        log.info("answered", job=question.job_id, kind=question.kind, characters=len(text), share=round(share, 2))
        return answer

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= MAX_WAITING:
            raise LlmFailed(reason=LlmFailure.BUSY)
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turns.release()

    def _digest(self, question: Question) -> str:
        of = f"{self.model}\n{question.kind}\n{question.language}\n{question.text}"
        return hashlib.sha256(of.encode(errors="replace")).hexdigest()
