"""Access to the web chat: not without its secret path, and from no other site even with it."""

import pytest

from sandbox import SandboxOptions, run_sandbox

pytestmark = pytest.mark.parametrize("options", [SandboxOptions(page=True)], indirect=True, ids=["page"])


async def test_the_page_and_its_parts_are_served_with_a_strict_policy(server, http):
    """Everything the page asks for is there, with a policy that lets nothing in from elsewhere."""
    async with http.get(server.page_url) as response:
        assert response.status == 200
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        text = await response.text()
    assert "http://" not in text.replace("http://www.w3.org", "")
    for name in ("app.js", "base.css", "icon.svg"):
        async with http.get(f"{server.page_url}page/{name}") as response:
            assert response.status == 200
    for name in ("../web.py", "%2e%2e%2fweb.py", "nothing.js"):
        async with http.get(f"{server.page_url}page/{name}") as response:
            assert response.status == 404


async def test_without_the_key_there_is_only_the_bot_api(server, http):
    """Neither the page nor the control API answers at a path that can be guessed."""
    for path in ("/", "/control/bot", "/events", f"/{'0' * 24}/"):
        async with http.get(server.url + path) as response:
            assert response.status == 404
    async with http.get(f"{server.url}/bot{server.token}/getMe") as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    ],
)
async def test_other_sites_are_refused_even_if_they_know_the_key(server, http, headers):
    """A rebound name, a foreign origin and a foreign page get a 403, on the Bot API too."""
    for url in (f"{server.page_url}events", f"{server.url}/bot{server.token}/getMe"):
        async with http.get(url, headers=headers) as response:
            assert response.status == 403


async def test_a_link_to_the_page_may_be_followed(server, http):
    """From a terminal's or an editor's web page one can get there by a click, and from no other loopback name."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    for url in (server.page_url, server.page_url.replace("127.0.0.1", "localhost")):
        async with http.get(url, headers=headers) as response:
            assert response.status == 200


async def test_a_page_is_not_served_beyond_loopback(options):
    """An address of the network is refused at the start."""
    with pytest.raises(ValueError, match="loopback"):
        async with run_sandbox(SandboxOptions(page=True, host="0.0.0.0")):
            pass
