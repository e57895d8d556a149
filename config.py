"""The owner's settings, from the environment and a .env file. Nothing is read at import."""

import os
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CLOUD_API_URL = "https://api.telegram.org"
CLOUD_MAX_FILE_MB = 20
OWN_SERVER_MAX_FILE_MB = 2000
API_MAX_FILE_MB = 500
PROXY_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
"""Ways to speak to a proxy, and the port of each unless another is named."""


def _auto(value: object) -> object:
    """`auto` and nothing at all both mean: choose for this machine."""
    return None if isinstance(value, str) and value.strip().lower() in {"", "auto"} else value


def _never(value: object) -> object:
    """`none` and nothing at all both mean that it never happens, as 0 does."""
    return 0 if isinstance(value, str) and value.strip().lower() in {"", "none", "never"} else value


def _items(value: object) -> object:
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


def _by_language(value: object) -> object:
    """`ru:gigaam-v3,en:parakeet-110m` as what it says: a model by each language."""
    if not isinstance(value, str):
        return value
    pairs = [tuple(part.strip() for part in item.split(":")) for item in value.split(",") if item.strip()]
    codes = {pair[0].lower() for pair in pairs}
    if any(len(pair) != 2 or not all(pair) for pair in pairs) or len(codes) < len(pairs):
        raise ValueError("no pairs of a language and its model")
    return {pair[0].lower(): pair[1] for pair in pairs}


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _api_url(value: str) -> str:
    """The address that methods are called under, as browsers would write it but without a slash at the end."""
    url = HttpUrl(value)
    if "://" not in value or url.username or url.password or url.query or url.fragment or ":" in (url.path or ""):
        raise ValueError("more or less than a server's address")
    return str(url).rstrip("/")


def _proxy(value: str) -> str:
    """A proxy's address with its port. The scheme says how it is spoken to; it resolves names in any case."""
    parts = urlsplit(value)
    if parts.scheme not in PROXY_PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("no proxy's address")
    if parts.port is None:
        parts = parts._replace(netloc=f"{parts.netloc.rstrip(':')}:{PROXY_PORTS[parts.scheme]}")
    return urlunsplit(parts._replace(scheme=parts.scheme.removesuffix("h"), path=""))


def _plain_url(value: str) -> str:
    url = HttpUrl(value)
    if "://" not in value or url.username or url.password or url.query or url.fragment:
        raise ValueError("more or less than an address and a path")
    return str(url)


def _queue_url(value: str) -> str:
    """Redis' address; its password, if any, is in it."""
    parts = urlsplit(value)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("no address of a Redis server")
    if parts.scheme == "redis" and "ssl_" in parts.query:
        raise ValueError("for TLS it begins with rediss://")
    return value


def _webhook_secret(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value):
        raise ValueError("not what Telegram takes")
    return value


def _key(value: str) -> str:
    """A key that a header can carry."""
    if not re.fullmatch(r"[!-~]+", value):
        raise ValueError("not what a header takes")
    return value


def _secret(check: Callable[[str], str]) -> AfterValidator:
    """A rule for the text of a secret."""
    return AfterValidator(lambda value: SecretStr(check(value.get_secret_value())))


ServerUrl = Annotated[str, AfterValidator(_plain_url), AfterValidator(lambda url: url.rstrip("/"))]
ApiUrl = Annotated[str, AfterValidator(_api_url)]
Auto = BeforeValidator(_auto)
Never = BeforeValidator(_never)
Lower = BeforeValidator(_lower)
Upper = BeforeValidator(_upper)
Ids = Annotated[frozenset[int], NoDecode, BeforeValidator(_items)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_items)]
ByLanguage = Annotated[dict[str, str], NoDecode, BeforeValidator(_by_language)]
SecretNames = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_items)]
Network = Annotated[IPv4Network | IPv6Network, Field(union_mode="left_to_right")]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_items)]
WebhookUrl = Annotated[str, AfterValidator(_plain_url)]
WebhookSecret = Annotated[SecretStr, _secret(_webhook_secret)]
ProxyUrl = Annotated[SecretStr, _secret(_proxy)]
ComputeType = Literal[
    "auto", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16", "float32"
]
LanguageCode = Annotated[str | None, Field(pattern=r"^[a-z]{2,3}$"), Lower, Auto]


class Settings(BaseSettings):
    """All settings by the name of their environment variable, in lower case. None where `auto` was left to us."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file_encoding="utf-8", env_ignore_empty=True)

    bot_token: SecretStr | None = None
    telegram_api_url: ApiUrl = CLOUD_API_URL
    telegram_proxy: ProxyUrl | None = None
    webhook_url: WebhookUrl | None = None
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(8080, ge=1, le=65535)
    webhook_secret: Annotated[WebhookSecret | None, Auto] = None

    api_port: Annotated[int | None, Field(ge=1, le=65535), Auto] = None
    api_host: str = "127.0.0.1"
    api_keys: SecretNames = ()
    api_open: bool = False
    api_max_queued: int = Field(500, ge=1)
    api_uploads_mb: int = Field(5000, ge=1)
    rate_limit: str | None = None
    allowed_ips: Networks = ()
    trusted_proxies: Networks = ()
    cors_origins: Names = ()
    jwt_key: SecretStr | None = None
    jwt_algorithm: Annotated[Literal["HS256", "RS256"], Upper] = "HS256"
    jwt_issuer: str | None = None
    jwt_audience: str | None = None

    data_dir: Path = Path("var")
    models_dir: Path = Path("var/models")
    model: str = "base"
    model_by_language: ByLanguage = {}
    max_models: int = Field(1, ge=1)
    model_ttl_s: Annotated[float, Field(ge=0), Never] = 0
    preload_models: Names = ()
    refine_model: str | None = None
    speakers_engine: Annotated[Literal["embedded", "sherpa"], Lower] = "embedded"
    language: LanguageCode = None

    transcriber_url: ServerUrl | None = None
    transcriber_key: SecretStr | None = None
    transcriber_model: str | None = None
    transcriber_timeout_s: float = Field(120, gt=0)
    local_fallback: bool = False

    llm_url: ServerUrl | None = None
    llm_model: str | None = None
    llm_key: Annotated[SecretStr, _secret(_key)] | None = None
    llm_context: int = Field(4096, ge=2048)

    queue_url: Annotated[SecretStr, _secret(_queue_url)] | None = None
    front_url: ServerUrl | None = None

    device: Annotated[Literal["auto", "cpu", "cuda"], Lower] = "auto"
    compute_type: Annotated[ComputeType, Lower] = "auto"
    cpu_threads: Annotated[int | None, Field(ge=1), Auto] = None
    max_concurrent: Annotated[int | None, Field(ge=1), Auto] = None
    beam_size: Annotated[int | None, Field(ge=1, le=10), Auto] = None
    adaptive_context: bool = True
    initial_prompt: str = Field("", max_length=500)

    max_file_mb: Annotated[int | None, Field(ge=1), Auto] = None
    max_duration_s: int = Field(3600, ge=1)
    links: bool = False
    max_queued_per_user: int = Field(50, ge=1)
    live_sessions: int = Field(4, ge=0)
    text_file_from: int = Field(8000, ge=1)

    allowed_users: Ids = frozenset()
    admin_users: Ids = frozenset()
    invite_only: bool = False
    minutes_per_day: int = Field(0, ge=0)
    keep_days: float = Field(30, ge=0, le=36_500)

    metrics_port: Annotated[int | None, Field(ge=1, le=65535), Auto] = None
    metrics_host: str = "127.0.0.1"
    otel_exporter_otlp_endpoint: ServerUrl | None = None
    otel_exporter_otlp_headers: SecretStr | None = None

    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Upper] = "INFO"
    log_format: Annotated[Literal["console", "json"], Lower] = "console"
    log_file: Annotated[Path | None, Auto] = None

    @property
    def on_cloud(self) -> bool:
        """Whether the Bot API server is Telegram's own, which hands out small files only."""
        return self.telegram_api_url == CLOUD_API_URL

    @property
    def proxy_url(self) -> str | None:
        """The proxy's address with its name and password, which nobody else is to see."""
        return self.telegram_proxy.get_secret_value() if self.telegram_proxy else None

    @property
    def max_file_bytes(self) -> int:
        """The largest file that is asked for; an own server without --local refuses it above 20 MB then."""
        return (self.max_file_mb or (CLOUD_MAX_FILE_MB if self.on_cloud else OWN_SERVER_MAX_FILE_MB)) << 20

    @property
    def api_max_file_bytes(self) -> int:
        """The largest file that the HTTP API takes, or that is fetched from a link."""
        return (self.max_file_mb or API_MAX_FILE_MB) << 20


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
    "LLM_URL": "the address of an OpenAI-compatible API, such as http://127.0.0.1:11434/v1",
    "LLM_KEY": "letters, digits and signs without spaces",
    "QUEUE_URL": "the address of a Redis server, such as redis://:password@192.168.1.5:6379/0, or rediss:// for TLS",
    "FRONT_URL": "the address at which workers reach the API of this machine, such as http://192.168.1.5:8000",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "the address of a receiver of OTLP over HTTP, such as http://192.168.1.5:4318",
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
