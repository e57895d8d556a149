"""`run_bot.py --api-key`: make, list and revoke keys, also while the server runs; each change counts at once."""

import argparse
import re
import time
from datetime import UTC, datetime
from typing import NamedTuple

from api.guard.caller import Scope
from api.guard.keys import create_key, parse_key
from api.guard.rate_limit import parse_rate
from config import Settings, SettingsError
from runtime.storage import open_storage
from transcription.storage.api_keys import ApiKey, ApiKeyStore

_UNITS_S = {"h": 3600, "d": 86_400, "w": 604_800}


class Output(NamedTuple):
    """What to print, and what to say beside it, so that a key can be piped on."""

    text: str
    remark: str = ""


async def run(settings: Settings, options: argparse.Namespace) -> Output:
    """Do what the arguments say. Raises `SettingsError` for what can't be done."""
    async with open_storage(settings) as storage:
        return await _run(storage.api_keys, options)


async def _run(store: ApiKeyStore, options: argparse.Namespace) -> Output:
    match options.api_key:
        case ["add", name]:
            return await _add(store, name, options)
        case ["list"]:
            return Output("\n".join(map(_line, await store.all())) or "there are no keys")
        case ["revoke", name]:
            if not await store.remove(name):
                raise SettingsError(f"--api-key: there is no key {name}")
            return Output(f"{name} is revoked; nobody can use it any more")
    raise SettingsError("--api-key: add NAME, list, or revoke NAME")


async def _add(store: ApiKeyStore, name: str, options: argparse.Namespace) -> Output:
    scopes = frozenset((options.scope or Scope.TRANSCRIBE).split(","))
    if unknown := scopes - set(Scope):
        raise SettingsError(f"--scope: there is no {', '.join(sorted(unknown))}; there are {', '.join(Scope)}")
    try:
        parse_rate(options.rate)
    except ValueError:
        raise SettingsError("--rate: such as 60/minute, or 10/second;1000/day") from None
    secret = create_key()
    parsed = parse_key(secret)
    assert parsed
    expires_at = _expiry(options.expires) if options.expires else None
    key = ApiKey(parsed.id, name, parsed.secret_hash, scopes, options.rate, expires_at)
    if not await store.add(key):
        raise SettingsError(f"--api-key: there is a key {name} already; revoke it first")
    return Output(secret, f"This is the key of {name}. It is shown this once: only its hash is kept.")


def _expiry(text: str) -> float:
    """Unix seconds of a date (2027-01-31, its end in UTC) or of a time from now (12h, 90d, 4w)."""
    if match := re.fullmatch(r"(\d{1,4})([hdw])", text):
        return time.time() + int(match[1]) * _UNITS_S[match[2]]
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise SettingsError("--expires: a date such as 2027-01-31, or a time such as 12h, 90d or 4w") from None
    return day.timestamp() + _UNITS_S["d"]


def _line(key: ApiKey) -> str:
    until = "for ever" if key.expires_at is None else f"until {_date(key.expires_at)}"
    state = "expired" if key.is_expired else until
    return f"{key.name}  {','.join(sorted(key.scopes))}  {key.rate or 'no rate of its own'}  {state}  sb_{key.id}_…"


def _date(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
