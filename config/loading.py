"""Loading of the settings, what is said of wrong ones, and the names that other programs have for them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import ValidationError

from config.settings import Settings

RENAMED = {"DEFAULT_MODEL": "model", "WHISPER_BEAM_SIZE": "beam_size", "WHISPER_LOCAL_URL": "transcriber_url"}
"""Names that other programs of this kind have for the same setting."""
UNNEEDED = {
    "DEFAULT_DURATION": "a call may send trim",
    "ALLOWED_EXTENSIONS": "ffmpeg says what is audio, whatever a file is called",
    "REDIS_HOST": "tasks are kept in DATA_DIR, and QUEUE_URL is for workers",
    "REDIS_PORT": "tasks are kept in DATA_DIR, and QUEUE_URL is for workers",
    "REDIS_DB": "tasks are kept in DATA_DIR, and QUEUE_URL is for workers",
    "UPLOAD_DIR": "uploads lie in DATA_DIR until their task has ended",
}
"""Names of theirs that mean nothing here, and why."""
IN_WORDS = {
    "ALLOWED_USERS": "numeric ids of people or chats, separated by commas (send /start to @userinfobot for yours)",
    "ADMIN_USERS": "numeric ids of people, separated by commas (send /start to @userinfobot for yours)",
    "ALLOWED_IPS": "addresses or networks, separated by commas, such as 192.0.2.7, 10.0.0.0/8",
    "TRUSTED_PROXIES": "addresses or networks, separated by commas, such as 127.0.0.1, 172.16.0.0/12",
    "LANGUAGE": "a Whisper code such as en, ru or de, or auto",
    "MODEL_BY_LANGUAGE": "Whisper codes and models, once each, such as ru:gigaam-v3,en:parakeet-110m",
    "TELEGRAM_API_URL": "the server's address alone, such as https://api.telegram.org or http://127.0.0.1:8081",
    "TELEGRAM_PROXY": "a proxy's address, such as socks5://127.0.0.1:1080 or http://name:password@proxy.example.org:3128",
    "TRANSCRIBER_URL": "the server's address, such as http://192.168.1.5:8000 or http://192.168.1.5:5000/transcribe",
    "QUEUE_URL": "the address of a Redis server, such as redis://:password@192.168.1.5:6379/0, or rediss:// for TLS",
    "FRONT_URL": "the address at which workers reach the API of this machine, such as http://192.168.1.5:8000",
    "WEBHOOK_URL": "the address that Telegram calls, such as https://bot.example.org/stenobot",
    "WEBHOOK_SECRET": "1 to 256 of the characters A-Z, a-z, 0-9, _ and -, or auto",
}
"""What settings should be whose rule in pydantic's words would puzzle people."""


class SettingsError(Exception):
    """Settings that cannot be used: one line for each, with its name and what it should be."""


def load_settings(env_file: Path | None = Path(".env"), **overrides: Any) -> Settings:
    """The settings of the environment, over those of `env_file` if it is there. Raises `SettingsError`."""
    try:
        renamed = {RENAMED[name]: value for name, value in _former(env_file).items() if name in RENAMED}
        return Settings(_env_file=env_file, **{**renamed, **overrides})
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file}: this file is not text in UTF-8") from None
    except ValidationError as error:
        raise SettingsError("\n".join(map(_line, error.errors(include_input=False, include_url=False)))) from None


def former_names(env_file: Path | None = Path(".env")) -> list[str]:
    """What to say of settings under names that other programs have for them, each in a line."""
    return [
        f"{name} is {RENAMED[name].upper()} here" if name in RENAMED else f"{name} is not needed: {UNNEEDED[name]}"
        for name in _former(env_file)
    ]


def _former(env_file: Path | None) -> dict[str, str]:
    """The settings under such names; those that are set under their own, too, count as not there.

    What is not needed counts in the file only: the environment may be full of what other programs need.
    """
    file = {name.upper(): value for name, value in dotenv_values(env_file).items() if value} if env_file else {}
    given = {**file, **{name.upper(): value for name, value in os.environ.items() if value}}
    renamed = {old: given[old] for old, new in RENAMED.items() if old in given and new.upper() not in given}
    return renamed | {name: file[name] for name in UNNEEDED if name in file}


def _line(error: Mapping[str, Any]) -> str:
    name = str(error["loc"][0]).upper()
    return f"{name}: {IN_WORDS.get(name, error['msg'])}"
