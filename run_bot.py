"""Stenobot: a Telegram bot that turns voice messages into text on its owner's machine."""

import argparse
import asyncio
import errno
import os
import sqlite3
import sys
import warnings
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from config import CLOUD_MAX_FILE_MB, Settings, SettingsError, former_names, load_settings
from runtime.arguments import API_PORT, parse_arguments
from runtime.version import PROJECT

if TYPE_CHECKING:
    from runtime.process import OpenFront

NAME = "Stenobot"
SAMPLES = Path(__file__).parent / "tests" / "data"

OK, FAILED, MISCONFIGURED = 0, 1, 78
"""Exit codes; 78 is EX_CONFIG: starting again won't help before the settings are changed, so systemd does not."""


def main(arguments: list[str] | None = None) -> int:
    """Read arguments and settings, and run what was asked for; returns the exit code."""
    options = parse_arguments(arguments, __doc__)
    # pydub warns at its import, in two lines of its own code; --check says it in a sentence.
    warnings.filterwarnings("ignore", message="Couldn't find ffmpeg", category=RuntimeWarning)
    try:
        settings = load_settings(options.env_file)
        for line in former_names(options.env_file):
            print(f"warning: {line}", file=sys.stderr)
        return asyncio.run(_run(options, settings))
    except SettingsError as error:
        print(f"Stenobot can't start:\n{error}", file=sys.stderr)
        return MISCONFIGURED
    except KeyboardInterrupt:
        return OK


async def _run(options: argparse.Namespace, settings: Settings) -> int:  # noqa: PLR0911 - one for each command
    if options.check:
        return await _check(settings, is_worker=options.worker)
    if options.recommend:
        return await _recommend(settings)
    if options.backup:
        return _back_up(settings, options.backup)
    if options.fetch_model is not None:
        return await _fetch_model(settings, options.fetch_model)
    if options.api_key:
        return await _change_keys(settings, options)
    if options.worker:
        return await _work(settings)
    return await _start(options, settings)


async def _start(options: argparse.Namespace, settings: Settings) -> int:
    """The sandbox where it is asked for, or where neither a token nor a port is set; else what is set."""
    if options.api and settings.api_port is None:
        settings = settings.model_copy(update={"api_port": API_PORT})
    is_nothing_set = settings.bot_token is None and settings.api_port is None
    if is_nothing_set and not (options.sandbox or options.require_token):
        print("BOT_TOKEN is not set, so this is the sandbox: the bot with a Telegram of its own.", file=sys.stderr)
    if options.sandbox or (is_nothing_set and not options.require_token):
        return await _run_sandbox(settings, options.port, options.state)
    if options.port or options.state:
        raise SettingsError("--port and --state are the sandbox's: add --sandbox")
    return await _serve(settings)


def _is_bot(settings: Settings) -> bool:
    """Whether there is a bot: an API alone needs no token."""
    return settings.bot_token is not None or settings.api_port is None


async def _run_sandbox(settings: Settings, port: int, state_file: Path | None) -> int:
    """The bot with a sandbox and its page; nothing of an earlier run is there, unless `state_file` keeps it.

    Anna, whom the page starts with, is the bot's owner.
    """
    from sandbox import ANNA, SandboxOptions, StateFileError, announce, run_sandbox  # noqa: PLC0415 - not for a bot with a token

    options = SandboxOptions(port=port, page=True, samples_dir=SAMPLES, bot_name=NAME, state_file=state_file)
    async with AsyncExitStack() as stack:
        try:
            sandbox = await stack.enter_async_context(run_sandbox(options))
        except StateFileError as error:
            raise SettingsError(f"--state: {error}") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SettingsError(f"--port: {port} is taken by another program") from None
            raise SettingsError(f"sandbox: {error}") from None
        announcing = asyncio.create_task(announce(sandbox, NAME))
        stack.callback(announcing.cancel)
        changes = {
            "bot_token": SecretStr(sandbox.token),
            "telegram_api_url": sandbox.url,
            "telegram_proxy": None,
            "webhook_url": None,
            "data_dir": state_file.with_name(f"{state_file.name}.bot") if state_file else settings.data_dir / "sandbox",
            "max_file_mb": settings.max_file_mb or CLOUD_MAX_FILE_MB,
            "allowed_users": frozenset(),
            "admin_users": frozenset({ANNA.id}),
            "invite_only": False,
        }
        return await _serve(settings.model_copy(update=changes), fresh=state_file is None, drain_s=0)


async def _serve(settings: Settings, **options: Any) -> int:
    """The bot, the API where it has a port, or both, until stopped."""
    from runtime.process import serve  # noqa: PLC0415 - --help need not wait for it

    _prepare(settings)
    fronts: list[OpenFront] = []
    if settings.api_port is not None:
        from api.app import open_http  # noqa: PLC0415 - a bot alone needs no FastAPI

        fronts.append(open_http)
    await (_serve_bot if _is_bot(settings) else serve)(settings, fronts, **options)
    return OK


async def _work(settings: Settings) -> int:
    """A worker of a queue, until stopped."""
    from runtime.worker import work  # noqa: PLC0415 - --help need not wait for it

    _prepare(settings)
    await work(settings)
    return OK


def _prepare(settings: Settings) -> None:
    """Log, and take memory, as a process does that stays."""
    from runtime.log import set_up_logging  # noqa: PLC0415 - --help need not wait for it
    from transcription.host.memory import limit_malloc_arenas  # noqa: PLC0415 - as above

    try:
        set_up_logging(settings.log_level, settings.log_format, settings.log_file)
    except OSError as error:
        raise SettingsError(f"LOG_FILE: {settings.log_file} can't be written to: {error.strerror}") from None
    limit_malloc_arenas()


async def _serve_bot(settings: Settings, others: "Sequence[OpenFront]", **options: Any) -> None:
    """The bot beside other ways in."""
    from aiogram.exceptions import TelegramUnauthorizedError  # noqa: PLC0415 - an API alone needs no Telegram
    from aiogram.utils.token import TokenValidationError  # noqa: PLC0415 - as above

    from bot.app import open_telegram  # noqa: PLC0415 - as above
    from runtime.process import serve  # noqa: PLC0415 - --help need not wait for it

    # aiogram warns of updates that are newer than itself with all that they contain.
    warnings.filterwarnings("ignore", message="Detected unknown update type")
    try:
        await serve(settings, [open_telegram, *others], **options)
    except (TelegramUnauthorizedError, TokenValidationError):
        raise SettingsError("BOT_TOKEN: the Bot API server does not know it; copy it from @BotFather again") from None


async def _check(settings: Settings, *, is_worker: bool) -> int:
    import api.check  # noqa: PLC0415 - --help need not wait for it
    import bot.check  # noqa: PLC0415 - as above
    import runtime.check  # noqa: PLC0415 - as above

    commands = runtime.check.CHECKOUT if PROJECT.exists() else runtime.check.WHEEL
    if is_worker:
        checks = [runtime.check.check(settings, commands, is_worker=True)]
    else:
        checks = [(bot.check.check if _is_bot(settings) else runtime.check.check)(settings, commands)]
    if settings.api_port is not None and not is_worker:
        checks.append(api.check.check(settings))
    all_well = True
    for check in checks:
        async for finding in check:
            print(finding, flush=True)  # some take seconds to find
            all_well &= finding.well
    return OK if all_well else FAILED


async def _recommend(settings: Settings) -> int:
    from runtime.recommendation import recommend  # noqa: PLC0415 - --help need not wait for it
    from runtime.survey import survey  # noqa: PLC0415 - as above

    found = await survey(settings, lambda line: print(line, file=sys.stderr, flush=True))
    recommendation = recommend(found, settings)
    print("\n".join(recommendation.lines()))
    return OK if recommendation.model else FAILED


def _back_up(settings: Settings, target: Path) -> int:
    from runtime.storage import DATABASE  # noqa: PLC0415 - --help need not wait for it
    from transcription.storage.backup import back_up  # noqa: PLC0415 - as above

    database = settings.data_dir / DATABASE
    if not database.exists():
        raise SettingsError(f"DATA_DIR: there is no {DATABASE} in {settings.data_dir.resolve()}")
    try:
        size = back_up(database, target)
    except (OSError, sqlite3.Error) as error:
        print(f"{target}: {error}", file=sys.stderr)
        return FAILED
    print(f"{target} holds all notes as they were a moment ago ({size / 1e6:.1f} MB)")
    return OK


async def _fetch_model(settings: Settings, name: str) -> int:
    from runtime.models import create_models, resolve_model  # noqa: PLC0415 - --help need not wait for it
    from transcription.errors import TranscriptionError  # noqa: PLC0415 - as above
    from transcription.models.registry import Stage  # noqa: PLC0415 - as above

    shown = -1

    def on_progress(stage: Stage, fraction: float) -> None:
        nonlocal shown
        if (percent := int(fraction * 10) * 10) != shown:
            shown = percent
            print(f"{name}: {stage} {percent} %", flush=True)

    name = name or (await resolve_model(settings, None)).model
    models = create_models(settings)
    try:
        folder = await models.fetch(name, on_progress)
    except TranscriptionError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return FAILED
    print(f"{name} is in {folder}")
    return OK


async def _change_keys(settings: Settings, options: argparse.Namespace) -> int:
    from api.key_commands import run  # noqa: PLC0415 - --help need not wait for it

    output = await run(settings, options)
    print(output.text)
    if output.remark:
        print(output.remark, file=sys.stderr)
    return OK


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # A thread may be in the middle of a chunk that nobody waits for any more; its note is queued for the next start.
    os._exit(code)
