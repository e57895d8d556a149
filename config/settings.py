"""All settings there are, with their defaults."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.values import (
    ApiUrl,
    Auto,
    ByLanguage,
    ComputeType,
    Ids,
    LanguageCode,
    Lower,
    Names,
    Networks,
    Never,
    ProxyUrl,
    QueueUrl,
    SecretNames,
    ServerUrl,
    Upper,
    WebhookSecret,
    WebhookUrl,
)

CLOUD_API_URL = "https://api.telegram.org"
CLOUD_MAX_FILE_MB = 20
OWN_SERVER_MAX_FILE_MB = 2000
API_MAX_FILE_MB = 500


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

    queue_url: QueueUrl | None = None
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
    max_queued_per_user: int = Field(50, ge=1)
    live_sessions: int = Field(4, ge=0)
    text_file_from: int = Field(8000, ge=1)

    allowed_users: Ids = frozenset()
    admin_users: Ids = frozenset()
    keep_days: float = Field(30, ge=0, le=36_500)

    metrics_port: Annotated[int | None, Field(ge=1, le=65535), Auto] = None
    metrics_host: str = "127.0.0.1"

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
        """The largest file that the HTTP API takes."""
        return (self.max_file_mb or API_MAX_FILE_MB) << 20
