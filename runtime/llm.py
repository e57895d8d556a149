"""The language model of `LLM_URL`, from settings, and what `--check` says of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from config import Settings, SettingsError
from transcription.llm.answers import Answers
from transcription.llm.endpoint import Endpoint
from transcription.llm.errors import LlmFailed, LlmFailure
from transcription.storage.answers import AnswerStore

SHOWN_MODELS = 8
TRIAL_S = 60.0
"""Within which a server loads a model and begins to speak."""
TRIAL = ({"role": "user", "content": "Answer with one word: yes"},)
FAILURES = {
    LlmFailure.KEY: "it refuses LLM_KEY, or there is no credit left",
    LlmFailure.MODEL: "it has no model of this name, or nothing at this address; most of them end in /v1",
    LlmFailure.BUSY: "it takes no question now, for it was asked too much",
    LlmFailure.REFUSED: "it does not take a question of one line; its log may say why",
    LlmFailure.UNAVAILABLE: "no answer, or none but an error; is it running, and the address right?",
    LlmFailure.TIMEOUT: "it takes too long to say a word",
    LlmFailure.BROKE_OFF: "it broke off in the middle of a word; its log may say why",
    LlmFailure.GARBLED: "what answers there speaks no OpenAI-compatible API",
}


@asynccontextmanager
async def create_answers(settings: Settings, store: AnswerStore) -> AsyncIterator[Answers | None]:
    """What asks the model, which it has not done yet; None without `LLM_URL`. Raises `SettingsError`."""
    if settings.llm_url is None:
        yield None
        return
    if not settings.llm_model:
        raise SettingsError("LLM_MODEL: not set; LLM_URL needs the name of a model, and --check says which there are")
    async with _endpoint(settings) as endpoint:
        yield Answers(endpoint, store, settings.llm_context)


async def look_at_llm(settings: Settings) -> tuple[bool, str]:
    """Whether the model answers, by a word that it is asked for, and what there is at its address.

    The list of models proves little: llama.cpp shows it to everyone, and some have none.
    """
    async with _endpoint(settings) as endpoint:
        models: tuple[str, ...] | None = None
        try:
            models = await endpoint.models()
            if not settings.llm_model:
                return False, f"LLM_MODEL: not set; {endpoint.host} has {_names(models)}"
            async with asyncio.timeout(TRIAL_S), aclosing(endpoint.complete(TRIAL)) as chunks:
                async for _chunk in chunks:
                    break
        except TimeoutError:
            return False, f"LLM_URL: {endpoint.host}: {FAILURES[LlmFailure.TIMEOUT]}"
        except LlmFailed as error:
            if models and error.reason is LlmFailure.MODEL:
                return False, f"LLM_MODEL: {endpoint.host} has no {settings.llm_model}; it has {_names(models)}"
            return False, f"LLM_URL: {endpoint.host}: {FAILURES[error.reason]}"
    where = "this machine" if endpoint.is_local else "not this machine, so chats are asked before a text is sent"
    return True, f"llm: {settings.llm_model} answers at {endpoint.host}, {where}"


def _endpoint(settings: Settings) -> Endpoint:
    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    return Endpoint(settings.llm_url or "", settings.llm_model or "", key)


def _names(models: tuple[str, ...] | None) -> str:
    """The first of the models that an endpoint has."""
    if not models:
        return "no list of models"
    rest = len(models) - SHOWN_MODELS
    return ", ".join(models[:SHOWN_MODELS]) + (f" and {rest} more" if rest > 0 else "")
