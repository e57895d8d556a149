"""`python -m sandbox --port 8081`: serve until interrupted."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys

from sandbox.options import DEFAULT_TOKEN, RateLimits, SandboxOptions
from sandbox.server import run_sandbox


def _options() -> SandboxOptions:
    parser = argparse.ArgumentParser(prog="sandbox", description="A Telegram Bot API server for this machine.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the token the bot must present")
    parser.add_argument("--no-limits", action="store_true", help="never answer 429 for writing too fast")
    parser.add_argument("--privacy", action="store_true", help="in groups show the bot only what is meant for it")
    given = parser.parse_args()
    return SandboxOptions(
        host=given.host,
        port=given.port,
        token=given.token,
        privacy_mode=given.privacy,
        rates=RateLimits(enabled=not given.no_limits),
    )


async def _serve(options: SandboxOptions) -> None:
    async with run_sandbox(options) as server:
        sys.stdout.write(f"Bot API at {server.url}, token {server.token}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(_options()))
