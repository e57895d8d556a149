"""Logging: structlog events with ids and numbers, never what people said and never a token."""

import logging
import re
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

TOKEN = re.compile(r"(?<!\d)\d{2,}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE)
"""In URLs the letters of `bot` stand right before it."""
CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
"""A name and a password in an address, such as a proxy's."""
OWN = ("api", "bot", "handlers", "runtime", "transcription", "sandbox")
"""Loggers under which only ids and numbers are written; aiosqlite, for one, writes every statement."""
FILE_BYTES = 10 << 20
FILES_KEPT = 5


def redact(text: str) -> str:
    """The text with every bot token in it made unreadable, and every name with a password in an address."""
    return CREDENTIALS.sub("<credentials>@", TOKEN.sub("<token>", text))


def set_up_logging(level: str, style: str, file: Path | None) -> None:
    """Send structlog's and the standard library's events to stderr, and to a rotating file if one is given.

    `level` is that of Stenobot's own events; those of libraries are shown from WARNING on.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handlers = _handlers(file)
    for handler in handlers:
        colors = handler is handlers[0] and sys.stderr.isatty()
        handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=shared,
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _redact_event,
                    _renderer(style, colors=colors),
                ],
            )
        )
    level_of_libraries = max(logging.WARNING, logging.getLevelNamesMapping()[level])
    logging.basicConfig(level=level_of_libraries, handlers=handlers, force=True)
    for name in OWN:
        logging.getLogger(name).setLevel(level)


def _handlers(file: Path | None) -> list[logging.Handler]:
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(RotatingFileHandler(file, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8"))
    return handlers


def _renderer(style: str, *, colors: bool) -> Processor:
    if style == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)


def _redact_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: _redacted(value) for key, value in event.items()}


def _redacted(value: Any) -> Any:
    if isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, dict):
        return {key: _redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(item) for item in value]
    return redact(str(value))
