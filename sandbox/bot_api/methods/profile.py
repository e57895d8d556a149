"""Methods about the bot itself: getMe, command menus, descriptions."""

from __future__ import annotations

import re
from typing import Any

from sandbox.bot_api.methods.call import MethodCall
from sandbox.telegram.errors import bad_request
from sandbox.telegram.model import Json

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")


def get_me(call: MethodCall) -> Json:
    """getMe."""
    options = call.state.options
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": not options.privacy_mode,
        "supports_inline_queries": True,
        "supports_guest_queries": options.guest_queries,
        "can_connect_to_business": True,
        "has_main_web_app": False,
    }
    return {**call.state.bot.to_json(), **abilities}


def set_my_commands(call: MethodCall) -> bool:
    """setMyCommands."""
    commands = call.params.objects("commands", "commands")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.state.profile.commands[_menu(call)] = commands
    call.state.bus.publish("profile")
    return True


def get_my_commands(call: MethodCall) -> list[Json]:
    """getMyCommands."""
    return call.state.profile.commands.get(_menu(call), [])


def delete_my_commands(call: MethodCall) -> bool:
    """deleteMyCommands."""
    call.state.profile.commands.pop(_menu(call), None)
    call.state.bus.publish("profile")
    return True


def _menu(call: MethodCall) -> tuple[str, str]:
    """Scope and language that a command list belongs to."""
    scope: Any = call.params.json("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict) or "type" not in scope:
        raise bad_request("can't parse BotCommandScope JSON object")
    key = ":".join(str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope)
    return key, _language(call)


def _language(call: MethodCall) -> str:
    language = call.params.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def set_my_name(call: MethodCall) -> bool:
    """setMyName."""
    return _set_text(call, "name", 64)


def set_my_description(call: MethodCall) -> bool:
    """setMyDescription."""
    return _set_text(call, "description", 512)


def set_my_short_description(call: MethodCall) -> bool:
    """setMyShortDescription."""
    return _set_text(call, "short_description", 120)


def _set_text(call: MethodCall, name: str, limit: int) -> bool:
    text = call.params.text(name)
    if len(text) > limit:
        raise bad_request(f"{name.upper()}_TOO_LONG")
    call.state.profile.texts[name, _language(call)] = text
    call.state.bus.publish("profile")
    return True


def accept(_call: MethodCall) -> bool:
    """logOut and close: nothing to do here."""
    return True
