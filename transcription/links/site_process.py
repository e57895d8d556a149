"""The process in which yt-dlp gets the sound of a site's page: JSON comes in, the file goes out, as it arrives.

A script, not a module of this package: it imports nothing of it. Its last line on standard error is what went wrong.
"""

import json
import sys
from typing import Any

import yt_dlp

PROXY = "127.0.0.1"
SOUND = "bestaudio[abr<=?128]/bestaudio/best[height<=?480]/best"
"""Sound alone where there is any, and no finer than speech needs; else the smaller video, whose sound it is."""
SOCKET_TIMEOUT_S = 20
FORBIDDEN = ("subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "os.kill", "pty.spawn")
"""What Python calls the start of other programs, by which one could leave this process."""


def confine(port: int) -> None:
    """Let Python open no connection but to our proxy, and start no program, whatever a page talks yt-dlp into."""

    def check(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN):
            raise PermissionError(event)
        if event.startswith(("socket.getaddrinfo", "socket.gethostby")) and arguments[0] != PROXY:
            raise PermissionError(event)
        if event in {"socket.connect", "socket.sendto", "socket.sendmsg"} and arguments[1] != (PROXY, port):
            raise PermissionError(event)

    sys.addaudithook(check)


def main() -> None:
    """Fetch `url` by the proxy at `port` if it lasts at most `max_duration_s`."""
    asked = json.load(sys.stdin)
    confine(asked["port"])
    refusal: list[str] = []

    def check(info: dict[str, Any], *, incomplete: bool = False) -> str | None:
        if info.get("is_live"):
            refusal.append("no-media")
        elif not incomplete and (info.get("duration") or 0) > asked["max_duration_s"]:
            refusal.append("too-long")
        return refusal[-1] if refusal else None

    options = {
        "proxy": f"socks5h://{PROXY}:{asked['port']}",
        "format": SOUND,
        "outtmpl": "-",
        "match_filter": check,
        "noplaylist": True,
        "playlist_items": "1",
        "socket_timeout": SOCKET_TIMEOUT_S,
        "retries": 2,
        "fragment_retries": 2,
        "skip_unavailable_fragments": False,
        "fixup": "never",
        "hls_prefer_native": True,
        "external_downloader": {"default": "native"},
        "js_runtimes": {},
        "cachedir": False,
        "quiet": True,
        "noprogress": True,
        "no_warnings": True,
        "logtostderr": True,
        "color": "never",
    }
    try:
        with yt_dlp.YoutubeDL(options) as downloader:
            downloader.download([asked["url"]])
    except yt_dlp.utils.DownloadError as error:
        refusal.append(_reason(error))
    if refusal:
        sys.stderr.write(f"\n{refusal[0]}\n")
        sys.exit(1)


def _reason(error: yt_dlp.utils.DownloadError) -> str:
    """Whether a failure may pass (`failed`), or yt-dlp finds no recording there (`no-media`)."""
    cause = error.exc_info[1] if error.exc_info else None
    cause = getattr(cause, "cause", None) or cause
    return "failed" if isinstance(cause, yt_dlp.networking.exceptions.TransportError) else "no-media"


if __name__ == "__main__":
    main()
