"""What `run_bot.py` can be told on its command line."""

import argparse
from pathlib import Path

from runtime.version import PROJECT, version

API_PORT = 8000
"""That of --api, unless another is set."""


def parse_arguments(arguments: list[str] | None, description: str | None) -> argparse.Namespace:
    """The arguments, or the process's own; ends it where they are wrong or ask for help."""
    parser = argparse.ArgumentParser(prog=None if PROJECT.exists() else "stenobot", description=description)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--sandbox", action="store_true", help="run with a Telegram of its own, as without a BOT_TOKEN")
    kind.add_argument("--api", action="store_true", help=f"serve the API, on port {API_PORT} unless API_PORT is set")
    kind.add_argument("--worker", action="store_true", help="transcribe for a front, by the queue at QUEUE_URL")
    kind.add_argument("--require-token", action="store_true", help="without a BOT_TOKEN fail; for services")
    kind.add_argument("--api-key", nargs="+", metavar="WORD", help="keys of the API: add NAME, list, or revoke NAME")
    parser.add_argument("--scope", help="what a new key is for: transcribe (default), metrics, admin, with commas")
    parser.add_argument("--rate", help="a new key's own limit, such as 60/minute")
    parser.add_argument("--expires", help="until when a new key is good: 2027-01-31, or 12h, 90d, 4w from now")
    parser.add_argument("--port", type=_port, default=0, help="the sandbox's port (default: any free one)")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep the sandbox's chats in this file")
    parser.add_argument("--check", action="store_true", help="say what is wrong with settings, ffmpeg, model and token")
    parser.add_argument("--recommend", action="store_true", help="say which models suit this machine, and which best")
    parser.add_argument("--fetch-model", nargs="?", const="", metavar="NAME", help="put a model in place and end")
    parser.add_argument("--backup", type=Path, metavar="FILE", help="copy the database, also while the bot runs")
    parser.add_argument("--env-file", type=Path, default=Path(".env"), help="settings file (default: .env)")
    parser.add_argument("--version", action="version", version=f"Stenobot {version()}")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) >= 1 << 16:
        raise argparse.ArgumentTypeError(f"{text} is no port")
    return int(text)
