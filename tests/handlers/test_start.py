"""Commands that only say something."""

from dataclasses import replace

import pytest

from tests.handlers.conftest import ANN, BOB, BOT, GROUP, Talk


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("/start", "Hi!"),
        ("/start link", "Hi!"),
        ("/help", "Send or forward"),
        ("/help@steno_bot", "Send or forward"),
        ("/privacy", "Recordings are turned into text on this bot’s own machine"),
    ],
)
async def test_commands_are_answered(talk: Talk, text: str, begins: str) -> None:
    """With or without something behind the command."""
    assert (await talk.say(text)).text.startswith(begins)


@pytest.mark.parametrize("command", ["/start", "/help"])
async def test_a_group_that_keeps_its_voice_messages_is_told_what_to_do(talk: Talk, command: str) -> None:
    """Telegram shows bots commands only, unless they are admins; nobody could guess why such a bot is silent."""
    assert "Make me an admin" in (await talk.say(command, chat=GROUP)).text
    talk.telegram.admins.add(BOT["id"])
    assert "Make me an admin" not in (await talk.say(command, chat=GROUP)).text
    assert "Make me an admin" not in (await talk.say(command)).text


async def test_nobody_is_told_that_recordings_stay_where_they_do_not(talk: Talk) -> None:
    """Greeting and /privacy say that another server hears them, in each language."""
    talk.service.options = replace(talk.service.options, is_remote=True)
    for person, sentence in (
        (ANN, "transcription server that the bot’s owner chose"),
        (BOB, "сервер распознавания, который"),
    ):
        for command in ("/start", "/privacy"):
            text = (await talk.say(command, sender=person)).text
            assert sentence in text
            assert "own machine" not in text


async def test_privacy_names_the_days(talk: Talk) -> None:
    """What is promised is what the owner set."""
    assert "kept for 30 days" in (await talk.say("/privacy")).text


async def test_help_says_what_is_turned_on_in_botfather(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing of what would not work."""
    plain = (await talk.say("/help")).text
    assert "@steno_bot" not in plain
    assert "/business" not in plain
    talk.bot._me = None
    monkeypatch.setitem(BOT, "supports_guest_queries", True)
    monkeypatch.setitem(BOT, "can_connect_to_business", True)
    text = (await talk.say("/help")).text
    assert "reply to a voice message with @steno_bot" in text
    assert "/business" in text
