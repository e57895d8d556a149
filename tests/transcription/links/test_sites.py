"""Recordings on pages, by the real yt-dlp in its process, from a site of our own on loopback."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.transcription.links.site import FORBIDDEN, Site, file, open_site
from transcription.links.fetching import Links
from transcription.links.proxy import checking_proxy
from transcription.links.sites import SCRIPT, YtDlp

SOUND = b"OggS" + bytes(100_000)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site({"/a.ogg": file(SOUND), "/inside": file(b"secret")}) as site:
        yield site


def page(address: str) -> bytes:
    return f'<!doctype html><html><head><title>A talk</title></head><video src="{address}"></video></html>'.encode()


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_the_recording_of_a_page_is_fetched(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From where the page says it is, unless that is a private address; nothing is left on the disk."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    links = Links(1 << 20, site.gate, YtDlp(site.gate, 3600))
    site.answers |= {
        "/page": file(page("/a.ogg"), "text/html"),
        "/evil": file(page(site.url("/inside", FORBIDDEN)), "text/html"),
    }
    fetched = await asyncio.gather(site.get(site.url("/page"), links), site.get(site.url("/evil"), links))
    assert fetched == [SOUND, "link-refused"]
    assert not any(asked.startswith(FORBIDDEN) for asked in site.asked)
    assert files_in(tmp_path) == []


async def test_the_proxy_connects_to_allowed_addresses_only(site: Site) -> None:
    """By number or by name, as SOCKS5 has them; other commands and protocols get no answer that helps."""
    async with checking_proxy(site.gate) as proxy:
        port = site.port.to_bytes(2)
        asked = {
            b"\x05\x01\x00\x01\x7f\x00\x00\x02" + port: 0,
            b"\x05\x01\x00\x01\x7f\x00\x00\x01" + port: 2,
            b"\x05\x01\x00\x03\x09localhost" + port: 2,
            b"\x05\x01\x00\x04" + bytes(15) + b"\x01" + port: 2,
            b"\x05\x01\x00\x01\x7f\x00\x00\x02\x00\x16": 2,
            b"\x05\x02\x00\x01\x7f\x00\x00\x02" + port: 7,
        }
        for request, expected in asked.items():
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(b"\x05\x01\x00" + request)
            answer = await reader.readexactly(12)
            assert (answer[:2], answer[3]) == (b"\x05\x00", expected)
            writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        writer.write_eof()
        assert not (await reader.read()).startswith(b"HTTP")
        writer.close()
        assert proxy.has_refused


CONFINED = """
import os, runpy, socket, subprocess, sys
runpy.run_path({script!r})["confine"]({port})
socket.create_connection(("127.0.0.1", {port})).close()
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", {other})),
    lambda: socket.getaddrinfo("localhost", 80),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", ("127.0.0.1", {other})),
    lambda: subprocess.run(["true"]),
    lambda: os.system("true"),
    lambda: os.fork() or os._exit(0),
):
    try:
        attempt()
    except PermissionError:
        continue
    sys.exit("not confined")
"""


async def test_the_process_reaches_its_proxy_only(site: Site) -> None:
    """Whatever a page talks yt-dlp into: no other address, no name, no program."""
    async with checking_proxy(site.gate) as proxy:
        code = CONFINED.format(script=str(SCRIPT), port=proxy.port, other=site.port)
        process = await asyncio.create_subprocess_exec(sys.executable, "-I", "-c", code)
        assert await process.wait() == 0
