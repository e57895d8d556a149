"""The findings of `--check` about the API: its settings, and who could use it."""

import sqlite3
from collections.abc import AsyncIterator

from api.options import ApiOptions
from config import Settings, SettingsError
from runtime.check import Finding
from runtime.services import DATABASE
from transcription.storage.storage import Storage


async def check(settings: Settings) -> AsyncIterator[Finding]:
    """Look at what the API needs, and change nothing: a server may be running meanwhile."""
    try:
        options = ApiOptions.of(settings)
    except SettingsError as error:
        yield Finding(well=False, text=str(error))
        return
    where, keys = f"API: http://{options.host}:{options.port}", await _count_keys(settings)
    if keys:
        yield Finding(well=True, text=f"{where}, for {keys}")
    elif options.is_loopback:
        yield Finding(well=True, text=f"{where}, without a key, for programs of this machine only")
    elif options.is_open:
        yield Finding(well=True, text=f"{where}, without a key for whoever reaches it (API_OPEN=on)")
    else:
        yield Finding(well=False, text=f"API_HOST: {no_key(options.host)}")


def no_key(host: str) -> str:
    """Why a server that strangers could use is not started, and what to do."""
    return f"whoever reaches {host} could use it without a key; set API_KEYS, or run_bot.py --api-key add NAME"


async def _count_keys(settings: Settings) -> str:
    """The ways to prove who one is, in words; none is an empty text."""
    path, stored = settings.data_dir / DATABASE, 0
    if path.is_file():
        try:
            async with Storage.look(path) as storage:
                stored = len(await storage.api_keys.all()) if storage else 0
        except sqlite3.DatabaseError:
            stored = 0  # what is wrong with the file is another finding
    count = len(settings.api_keys) + stored
    ways = [f"{count} key{'s' if count > 1 else ''}"] if count else []
    if settings.jwt_key is not None:
        ways.append(f"tokens by {settings.jwt_algorithm}")
    return " and ".join(ways)
