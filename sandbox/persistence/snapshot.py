"""Serialises the state to JSON and back; the contents of files are stored apart, named by their hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sandbox.telegram.model import Chat, Connection, Json, Message, User
from sandbox.telegram.state import ChatState


def dump_state(state: ChatState) -> Json:
    """Everything that outlives a restart: not drafts, pressed buttons, open links or former versions of messages."""
    profile = state.profile
    return {
        "users": [asdict(user) for user in state.users.values()],
        "chats": [_dump_chat(chat) for chat in state.chats.values()],
        "connections": [_dump_connection(each) for each in state.connections.values()],
        "profile": {
            "commands": [[*key, commands] for key, commands in profile.commands.items()],
            "texts": [[*key, text] for key, text in profile.texts.items()],
            "webhook": profile.webhook,
        },
        "updates": state.updates.to_json(),
        "last_shared_id": state.last_shared_id,
        **state.files.to_json(),
    }


def load_state(state: ChatState, saved: Json, contents: Mapping[str, bytes]) -> None:
    """Fill an empty state; KeyError, TypeError or ValueError when `saved` is not what `dump_state` made."""
    state.users = {each["id"]: User(**each) for each in saved["users"]}
    chats = [_load_chat(each) for each in saved["chats"]]
    state.chats = {(chat.connection_id, chat.id): chat for chat in chats}
    state.connections = {each.id: each for each in _load_connections(saved["connections"], state)}
    profile = saved["profile"]
    state.profile.commands = {(scope, code): commands for scope, code, commands in profile["commands"]}
    state.profile.texts = {(name, code): text for name, code, text in profile["texts"]}
    state.profile.webhook = profile["webhook"]
    state.updates.load(saved["updates"])
    state.last_shared_id = saved["last_shared_id"]
    state.files.load(saved, contents)


def _dump_connection(connection: Connection) -> Json:
    return {**asdict(connection), "owner": connection.owner.id}


def _load_connections(saved: Any, state: ChatState) -> list[Connection]:
    if isinstance(saved, dict):  # of a former version: owners by connection
        saved = [{"id": key, "owner": owner_id, "date": 0} for key, owner_id in saved.items()]
    return [Connection(**{**each, "owner": state.users[each["owner"]]}) for each in saved]


def _dump_chat(chat: Chat) -> Json:
    plain = {each.name: getattr(chat, each.name) for each in fields(chat)}
    del plain["drafts"]
    return {
        **plain,
        "owner": asdict(chat.owner) if chat.owner is not None else None,
        "topics": list(chat.topics.items()),
        "members": [asdict(user) for user in chat.members.values()],
        "admins": sorted(chat.admins),
        "messages": [_dump_message(message) for message in chat.messages.values()],
    }


def _load_chat(saved: Json) -> Chat:
    members = [User(**each) for each in saved["members"]]
    messages = [_load_message(each) for each in saved["messages"]]
    built: Json = {
        "owner": User(**saved["owner"]) if saved["owner"] is not None else None,
        "topics": dict(saved["topics"]),
        "members": {user.id: user for user in members},
        "admins": set(saved.get("admins", ())),
        "messages": {message.message_id: message for message in messages},
    }
    return Chat(**{**saved, **built})


def _dump_message(message: Message) -> Json:
    plain = {each.name: getattr(message, each.name) for each in fields(message)}
    del plain["history"]
    reactions = list(message.user_reactions.items())
    return {**plain, "sender": asdict(message.sender), "user_reactions": reactions}


def _load_message(saved: Json) -> Message:
    reactions = dict(saved.get("user_reactions", ()))
    message = Message(**{**saved, "sender": User(**saved["sender"]), "user_reactions": reactions})
    message.remember(float(message.date))
    return message
