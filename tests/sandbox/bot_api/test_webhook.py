"""Webhook: the bot is called instead of polling."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox import RateLimits, SandboxOptions


class Hook:
    """A bot's webhook that answers with `statuses` in turn, then 200; each call waits for `open`."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str | None]] = []
        self.statuses: list[int] = []
        self.open = asyncio.Event()
        self.open.set()
        self.arrivals = asyncio.Semaphore(0)
        self.at_once = self.most_at_once = 0

    async def on_update(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.received.append((update["message"]["text"], request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.arrivals.release()
        await self.open.wait()
        self.at_once -= 1
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.received]


@pytest.fixture
def options(request: pytest.FixtureRequest) -> SandboxOptions:
    return getattr(request, "param", SandboxOptions(rates=RateLimits(enabled=False), webhook_retry_s=0.001))


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.on_update)
    async with TestServer(app) as server:
        hook.url = str(server.make_url("/hook"))
        yield hook


async def test_updates_are_posted_with_the_secret_and_then_confirmed(people, call, hook):
    """Pending updates and new ones; polling is refused meanwhile, and the secret is shown nowhere."""
    ann = await people.add_user()
    await people.send(ann["id"], "before")
    await call("setWebhook", url=hook.url, secret_token="s3cret")
    await people.send(ann["id"], "after")
    await people.wait(pending=0)

    assert hook.received == [("before", "s3cret"), ("after", "s3cret")]
    assert (await call("getUpdates"))["error_code"] == 409
    info = (await call("getWebhookInfo"))["result"]
    assert (info["url"], info["max_connections"], info["pending_update_count"]) == (hook.url, 40, 0)
    assert "s3cret" not in str(info) + str(await people.bot())


async def test_a_refused_update_is_retried_and_holds_up_its_own_chat_only(people, call, hook):
    """Until a 2xx, in order within a chat; getWebhookInfo shows the last error."""
    ann, bob = await people.add_user(), await people.add_user(first_name="Bob")
    hook.statuses = [500, 503, 302]
    await call("setWebhook", url=hook.url)
    await people.send(ann["id"], "one")
    await people.send(ann["id"], "two")
    await people.wait(pending=0)
    await people.send(bob["id"], "three")
    await people.wait(pending=0)

    assert hook.texts == ["one"] * 4 + ["two", "three"]
    info = (await call("getWebhookInfo"))["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 302 Found"


async def test_a_lost_response_is_a_retry(people, call, hook):
    """The bot has the update, Telegram does not know."""
    ann = await people.add_user()
    await people.add_fault("webhook", "reset")
    await people.add_fault("webhook", "reset_after")
    await call("setWebhook", url=hook.url)
    await people.send(ann["id"], "one")
    await people.wait(pending=0)
    assert hook.texts == ["one", "one"]


async def test_max_connections_limits_the_calls_at_once(people, call, hook):
    """Several chats are served at once, by as many calls as the bot asked for."""
    users = [(await people.add_user(first_name=str(n)))["id"] for n in range(4)]
    hook.open.clear()
    await call("setWebhook", url=hook.url, max_connections=2)
    for user in users:
        await people.send(user, "one")
    for _ in range(2):
        await hook.arrivals.acquire()
    hook.open.set()
    await people.wait(pending=0)
    assert hook.most_at_once == 2
    assert len(hook.received) == 4


async def test_updates_that_no_webhook_accepted_can_be_polled(people, call, hook):
    """deleteWebhook ends the delivery in progress and keeps the update."""
    ann = await people.add_user()
    hook.open.clear()
    await call("setWebhook", url=hook.url)
    await people.send(ann["id"], "one")
    await hook.arrivals.acquire()
    await call("deleteWebhook")
    assert [update["message"]["text"] for update in (await call("getUpdates"))["result"]] == ["one"]
    hook.open.set()


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"url": "ftp://127.0.0.1/"}, "invalid webhook URL specified"),
        ({"url": "http://example.org/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.org:81/"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "https://example.org/", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://example.org/", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_an_invalid_webhook_is_refused(call, params, description):
    """In Telegram's words; plain http is for this machine only."""
    assert (await call("setWebhook", **params))["description"] == f"Bad Request: {description}"


@pytest.mark.parametrize("options", [SandboxOptions()], indirect=True)
async def test_a_webhook_is_set_once_a_second_at_most(call):
    """More is a 429."""
    await call("setWebhook", url="https://example.org/")
    assert (await call("setWebhook", url="https://example.org/"))["parameters"]["retry_after"] == 1
