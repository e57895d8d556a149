"""Unloading of idle models: one that nobody has used for a while gives its memory back until it is wanted again."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from transcription.models.registry import ModelRegistry

log = structlog.get_logger()


@contextmanager
def unloading_idle(models: ModelRegistry[Any], ttl_s: float) -> Iterator[None]:
    """Have models unloaded that were idle for `ttl_s`, for as long as the block lasts; 0 keeps all of them."""
    running = asyncio.create_task(_run(models, ttl_s)) if ttl_s else None
    try:
        yield
    finally:
        if running:
            running.cancel()


async def _run(models: ModelRegistry[Any], ttl_s: float) -> None:
    while True:
        pause_s = await unload_idle(models, ttl_s)
        await asyncio.sleep(pause_s)


async def unload_idle(models: ModelRegistry[Any], ttl_s: float) -> float:
    """Unload every model that has been idle for `ttl_s`; returns the seconds until another one may be."""
    idle_s = models.idle_s()
    for name, seconds in idle_s.items():
        if seconds >= ttl_s and await models.unload(name, "idle"):
            log.info("model unloaded", model=name, idle_s=round(seconds))
    return ttl_s - max((seconds for seconds in idle_s.values() if seconds < ttl_s), default=0.0)
