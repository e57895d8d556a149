"""What the owner set for the API."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_public_key

from api.guard.rate_limit import parse_rate
from api.guard.tokens import MIN_SECRET_BYTES, Tokens
from config import Settings, SettingsError

LOCALHOST = "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiOptions:
    """Where the API listens, what it takes and from whom. `folder` is where uploads lie."""

    host: str = "127.0.0.1"
    port: int = 8000
    folder: Path
    keys: tuple[str, ...] = field(default=(), repr=False)
    is_open: bool = False
    max_file_bytes: int = 500 << 20
    max_upload_bytes: int = 5000 << 20
    max_queued: int = 500
    keep_days: float = 30
    rate_limit: str | None = None
    tokens: Tokens | None = None
    allowed_ips: tuple[IPv4Network | IPv6Network, ...] = ()
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    cors_origins: tuple[str, ...] = ()
    takes_links: bool = False

    @property
    def is_loopback(self) -> bool:
        """Whether only programs of this machine can connect."""
        return is_loopback(self.host)

    @classmethod
    def of(cls, settings: Settings) -> "ApiOptions":
        """The API's part of the settings, of which `api_port` is set. Raises `SettingsError`."""
        assert settings.api_port
        return cls(
            host=settings.api_host,
            port=settings.api_port,
            folder=settings.data_dir,
            keys=tuple(key.get_secret_value() for key in settings.api_keys),
            is_open=settings.api_open,
            max_file_bytes=settings.api_max_file_bytes,
            max_upload_bytes=settings.api_uploads_mb << 20,
            max_queued=settings.api_max_queued,
            keep_days=settings.keep_days,
            rate_limit=_rate(settings.rate_limit),
            tokens=_tokens(settings),
            allowed_ips=settings.allowed_ips,
            trusted_proxies=settings.trusted_proxies,
            cors_origins=settings.cors_origins,
            takes_links=settings.links,
        )


def _rate(rate: str | None) -> str | None:
    try:
        parse_rate(rate)
    except ValueError:
        raise SettingsError("RATE_LIMIT: such as 60/minute, or 10/second;1000/day") from None
    return rate


def _tokens(settings: Settings) -> Tokens | None:
    if settings.jwt_key is None:
        return None
    key = settings.jwt_key.get_secret_value()
    if settings.jwt_algorithm == "RS256":
        try:
            key = Path(key).read_text(encoding="ascii")
            load_pem_public_key(key.encode())
        except (OSError, ValueError):
            raise SettingsError("JWT_KEY: for RS256 the file of a public key in PEM") from None
    elif len(key.encode()) < MIN_SECRET_BYTES:
        raise SettingsError(f"JWT_KEY: for HS256 at least {MIN_SECRET_BYTES} bytes (openssl rand -hex 32)")
    return Tokens(key=key, algorithm=settings.jwt_algorithm, issuer=settings.jwt_issuer, audience=settings.jwt_audience)


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    name = host.strip("[]").rstrip(".").lower()
    if name == LOCALHOST or name.endswith(f".{LOCALHOST}"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
