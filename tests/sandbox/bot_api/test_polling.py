from __future__ import annotations

import asyncio

import aiohttp
import pytest


async def test_an_update_is_given_again_until_an_offset_confirms_it(people, call):
    """A bot that dies before it confirms gets the same updates again; a confirmed one never comes back."""
    ann = await people.add_user()
    await people.send(ann["id"], "one")
    await people.send(ann["id"], "two")

    first = (await call("getUpdates", limit=1))["result"]
    again = (await call("getUpdates"))["result"]
    rest = (await call("getUpdates", offset=first[0]["update_id"] + 1))["result"]

    assert [update["message"]["text"] for update in again] == ["one", "two"]
    assert [update["message"]["text"] for update in rest] == ["two"]
    assert (await people.bot())["pending"] == 1


async def test_a_negative_offset_keeps_only_the_last_updates(people, call):
    """offset=-1 forgets everything but the newest update."""
    ann = await people.add_user()
    for text in ("one", "two", "three"):
        await people.send(ann["id"], text)

    kept = (await call("getUpdates", offset=-1))["result"]

    assert [update["message"]["text"] for update in kept] == ["three"]
    assert (await people.bot())["pending"] == 1


async def test_allowed_updates_are_remembered(people, call):
    """Kinds that were not asked for are dropped from then on, in later calls without the list too."""
    ann = await people.add_user()
    await call("getUpdates", allowed_updates=["callback_query"])
    await people.send(ann["id"], "unseen")

    assert (await call("getUpdates"))["result"] == []


async def test_a_long_poll_ends_as_soon_as_something_happens(people, call):
    """A waiting getUpdates answers with the update, not at its timeout."""
    ann = await people.add_user()
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    await people.wait(polling=True)
    await people.send(ann["id"], "hello")

    assert (await poll)["result"][0]["message"]["text"] == "hello"


async def test_a_second_long_poll_ends_the_first_with_a_conflict(people, call):
    """Two instances of a bot: the older one is told, as by Telegram."""
    first = asyncio.create_task(call("getUpdates", timeout=50))
    await people.wait(polling=True)
    second = asyncio.create_task(call("getUpdates", timeout=50))

    ended = await first
    ann = await people.add_user()
    await people.send(ann["id"], "hello")

    assert ended["error_code"] == 409
    assert ended["description"].startswith("Conflict: terminated by other getUpdates request; make sure that only one")
    assert len((await second)["result"]) == 1


async def test_polling_and_a_webhook_exclude_each_other(people, call):
    """A webhook ends the poll that waits and refuses the next; deleting it keeps pending updates."""
    ann = await people.add_user()
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    await people.wait(polling=True)
    await call("setWebhook", url="https://example.org/hook")
    await people.send(ann["id"], "hello")

    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    refused = await call("getUpdates")
    assert refused["description"] == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    assert (await call("getWebhookInfo"))["result"]["pending_update_count"] == 1
    await call("deleteWebhook")
    assert len((await call("getUpdates"))["result"]) == 1


async def test_a_killed_poller_loses_nothing(server, people, call):
    """A client whose connection dies in a long poll leaves no poll behind, and its updates wait for the next."""
    ann = await people.add_user()
    reader, writer = await asyncio.open_connection(*server.url.removeprefix("http://").split(":"))
    writer.write(f"GET /bot{server.token}/getUpdates?timeout=50 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    await people.wait(polling=True)
    writer.transport.abort()
    await people.wait(polling=False)
    await people.send(ann["id"], "hello")

    assert len((await call("getUpdates", timeout=50))["result"]) == 1
    del reader


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("bot7:wrong_token/getMe", 401, "Unauthorized"),
        ("botnonsense/getMe", 404, "Not Found"),
        ("bot{token}/sendNothing", 404, "Not Found"),
        ("bot{token}/GETME", 200, None),
    ],
)
async def test_tokens_and_method_names_are_checked(server, path, status, description):
    """A wrong token is a 401, a malformed one and an unknown method a 404; the case of a method is free."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/{path.format(token=server.token)}") as response,
    ):
        assert response.status == status
        assert (await response.json()).get("description") == description


async def test_parameters_come_by_query_form_or_json(server, people, call):
    """sendMessage understands every way Telegram allows, with nested objects as JSON text."""
    ann = await people.add_user()
    url = f"{server.url}/bot{server.token}/sendMessage"
    keyboard = '{"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}'
    params = {"chat_id": str(ann["id"]), "text": "hi", "reply_markup": keyboard}
    async with aiohttp.ClientSession() as session:
        for request in ({"params": params}, {"data": params}, {"json": params}):
            async with session.post(url, **request) as response:
                sent = (await response.json())["result"]
                assert sent["reply_markup"]["inline_keyboard"][0][0]["text"] == "Go"
