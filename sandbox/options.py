"""Settings of a sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class RateLimits:
    """Rate limits on what a bot sends; sends and edits count alike.

    Telegram publishes the averages (1 a second in a chat, 20 a minute in a group, 30 a second overall) but not the
    size of a burst: `private_burst` is what bots observe.
    """

    enabled: bool = True
    private_per_s: float = 1.0
    private_burst: int = 3
    group_per_min: int = 20
    total_per_s: int = 30
    ignored_penalty_s: float = 1.0
    """Seconds by which each write during a ban lengthens it."""


@dataclass(frozen=True, kw_only=True)
class SandboxOptions:
    """Settings of one sandbox; port 0 takes any free port."""

    host: str = "127.0.0.1"
    port: int = 0
    token: str | None = None
    """The bot's; None takes that of the state file, or makes one that nobody else knows."""
    bot_username: str = "sandbox_bot"
    bot_name: str = "Sandbox"
    rates: RateLimits = field(default_factory=RateLimits)
    privacy_mode: bool = False
    """Whether the bot sees only commands, mentions and replies in groups, as a bot does whose owner changed nothing."""
    guest_queries: bool = True
    """Whether people may call the bot into chats of which it is no member: BotFather's switch for guest mode."""
    file_link_ttl_s: float = 3600.0
    callback_ttl_s: float = 60.0
    max_download_bytes: int = 20 * 1024 * 1024
    local_dir: Path | None = None
    """Local mode, as of a server started with --local: files of any size are written to this folder; getFile gives the
    absolute path, and nothing is served over HTTP."""
    max_upload_bytes: int = 50 * 1024 * 1024
    webhook_retry_s: float = 1.0
    """Unit of the webhook's pauses: a refused update comes again at once, after twice this time, four times, ..."""
    seed: int = 0
    """Seeds the generator that decides faults given with a probability."""
    page: bool = False
    """Serve the web chat, with people and chats to begin with."""
    samples_dir: Path | None = None
    """A folder with `manifest.tsv` and voice notes that the page offers."""
    state_file: Path | None = None
    """Keeps people, messages and waiting updates across restarts; the files lie in a folder beside it."""
