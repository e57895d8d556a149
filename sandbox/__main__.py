"""Command line: `python -m sandbox --port 8081 --state FILE` serves until interrupted."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path

from sandbox.options import RateLimits, SandboxOptions
from sandbox.persistence.saving import StateFileError
from sandbox.server import run_sandbox


def _options() -> SandboxOptions:
    parser = argparse.ArgumentParser(prog="sandbox", description="A Telegram Bot API server for this machine.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", help="the token the bot must present (default: a new or kept secret one)")
    parser.add_argument("--no-limits", action="store_true", help="never answer 429 for writing too fast")
    parser.add_argument("--privacy", action="store_true", help="in groups show the bot only what is meant for it")
    parser.add_argument("--no-page", action="store_true", help="only the Bot API, without the web chat")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep people and messages in this file")
    parser.add_argument("--samples", type=Path, metavar="DIR", help="voice notes to offer, listed in its manifest.tsv")
    parser.add_argument("--name", default=SandboxOptions.bot_name, help="what the bot is called")
    given = parser.parse_args()
    return SandboxOptions(
        host=given.host,
        port=given.port,
        token=given.token,
        privacy_mode=given.privacy,
        page=not given.no_page,
        state_file=given.state,
        samples_dir=given.samples,
        bot_name=given.name,
        rates=RateLimits(enabled=not given.no_limits),
    )


async def _serve(options: SandboxOptions) -> None:
    async with run_sandbox(options) as server:
        others = f"web chat at {server.page_url}" if server.page_url else f"people at {server.client.url}"
        sys.stdout.write(f"Bot API at {server.url}, token {server.token}; {others}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(_serve(_options()))
        except StateFileError as error:
            sys.exit(str(error))
