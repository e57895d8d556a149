"""How the values of settings are read from their text, and what they may be."""

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, SecretStr
from pydantic_settings import NoDecode

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
    return value


def _webhook_secret(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value):
        raise ValueError("not what Telegram takes")
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
QueueUrl = Annotated[SecretStr, _secret(_queue_url)]
ComputeType = Literal[
    "auto", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16", "float32"
]
LanguageCode = Annotated[str | None, Field(pattern=r"^[a-z]{2,3}$"), Lower, Auto]
