"""Files at links, from a site of our own on loopback."""

import gzip
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from yarl import URL

from tests.transcription.links.site import ALLOWED, FORBIDDEN, Site, file, open_site, redirect
from transcription.errors import LinkNoMedia
from transcription.links.fetching import Links

SOUND = b"OggS" + bytes(300_000)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site({"/a.ogg": file(SOUND), "/inside": file(b"secret")}) as site:
        yield site


async def test_a_file_is_fetched_whatever_its_type_is_said_to_be(site: Site) -> None:
    """By redirects, too, relative ones and several."""
    site.answers |= {
        "/first": redirect("second"),
        "/second": redirect(site.url("/page")),
        "/page": file(SOUND, "text/html"),
    }
    assert await site.get(site.url("/first")) == SOUND


async def test_no_redirect_leads_to_a_private_address(site: Site) -> None:
    """Nor to another port, scheme or password: nobody there is asked anything."""
    targets = {
        "/ip": site.url("/inside", FORBIDDEN),
        "/mapped": site.url("/inside", f"[::ffff:{FORBIDDEN}]"),
        "/decimal": site.url("/inside", "2130706433"),
        "/octal": site.url("/inside", "0177.0.0.1"),
        "/short": site.url("/inside", "127.1"),
        "/name": site.url("/inside", "localhost"),
        "/port": f"http://{ALLOWED}:{site.port + 1}/inside",
        "/user": f"http://ann:pw@{ALLOWED}:{site.port}/inside",
        "/file": "file:///etc/passwd",
    }
    site.answers |= {path: redirect(target) for path, target in targets.items()}
    assert {path: await site.get(site.url(path)) for path in targets} == dict.fromkeys(targets, "link-refused")
    assert {asked.partition("/")[2] for asked in site.asked} == {path[1:] for path in targets}


async def test_a_private_address_is_refused_at_once(site: Site) -> None:
    """In whatever way it is written."""
    hosts = (
        FORBIDDEN,
        "localhost",
        "2130706433",
        "017700000001",
        "0x7f000001",
        "127.1",
        f"[::ffff:{FORBIDDEN}]",
        "[::1]",
    )
    assert {await site.get(site.url("/inside", host)) for host in hosts} == {"link-refused"}
    assert site.asked == []


async def test_a_name_whose_address_changes_leads_nowhere_private(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: it is the address that is connected to which counts, each time."""
    answers = iter([ALLOWED, FORBIDDEN])

    def resolve(_host: str, port: int, *_args: Any, **_kwargs: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    site.answers["/again"] = redirect("/inside")
    assert await site.get(site.url("/again", "rebound.example.org")) == "link-refused"
    assert site.asked == ["rebound.example.org/again"]


async def test_what_a_site_refuses_is_said(site: Site) -> None:
    """What may pass is another error than what won't."""
    for status in (403, 404, 410, 500, 503, 429):
        site.answers[f"/{status}"] = lambda request: web.Response(status=int(request.path[1:]))
    site.answers["/loop"] = redirect("/loop")
    codes = {path: await site.get(site.url(path)) for path in ("/403", "/404", "/410", "/loop", "/500", "/503", "/429")}
    assert list(codes.values()) == ["link-denied"] * 4 + ["link-failed"] * 3


class Sites:
    """Knows a recording on each page of some paths."""

    def __init__(self, *known: str) -> None:
        self.known = known
        self.asked: list[str] = []

    async def fetch(self, url: str) -> AsyncGenerator[bytes]:
        path = URL(url).path
        self.asked.append(path)
        if path not in self.known:
            raise LinkNoMedia
        yield SOUND


async def test_a_page_is_given_to_who_knows_sites(site: Site) -> None:
    """So is what a site gives to browsers only, but nothing that is gone; what comes of it is told as it was found."""
    sites = Sites("/page", "/403")
    site.answers |= {path: file(b"<html>", "text/html") for path in ("/page", "/other")}
    site.answers |= {
        path: lambda request: web.Response(status=int(request.path[1:])) for path in ("/401", "/403", "/404")
    }
    paths = ("/page", "/403", "/other", "/401", "/404", "/a.ogg")
    found = [await site.get(site.url(path), Links(1 << 20, site.gate, sites)) for path in paths]
    assert found == [SOUND, SOUND, "link-no-media", "link-denied", "link-denied", SOUND]
    assert sites.asked == ["/page", "/403", "/other", "/401"]


async def test_a_site_that_is_not_there_may_come_back(site: Site) -> None:
    """Its name has no address, or nobody listens there."""
    port = site.port
    assert await site.get(f"http://no-such-name.invalid:{port}/") == "link-failed"
    async with open_site({}) as gone:
        pass
    assert await gone.get(gone.url("/a.ogg")) == "link-failed"


async def test_a_page_is_no_file(site: Site) -> None:
    """Nor is a playlist, of which ffmpeg would not fetch the parts."""
    for path, content in {"/html": b"\xef\xbb\xbf\n <!doctype html>", "/list": b"#EXTM3U\n"}.items():
        site.answers[path] = file(content)
        assert await site.get(site.url(path)) == "link-no-media"


async def test_a_file_that_is_too_large_is_refused_before_it_comes(site: Site) -> None:
    """By what the site says of its size; what it does not say is counted as it comes, by `fetch_file`."""
    assert await site.get(site.url("/a.ogg"), Links(200_000, site.gate)) == "too-big"


async def test_a_packed_answer_is_not_unpacked(site: Site) -> None:
    """A few bytes would fill a disk."""
    bomb = gzip.compress(bytes(1 << 20))
    site.answers["/bomb"] = lambda _request: web.Response(body=bomb, headers={"Content-Encoding": "gzip"})
    assert await site.get(site.url("/bomb")) == bomb


async def test_a_site_that_is_slow_on_purpose_is_not_waited_for(site: Site) -> None:
    """It would take a turn from others for as long as it likes."""
    assert (
        await site.get(site.url("/a.ogg"), Links(1 << 20, site.gate, grace_s=0.0, min_bytes_per_s=1e15))
        == "link-failed"
    )
