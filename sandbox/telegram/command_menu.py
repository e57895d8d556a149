"""The command list a user sees: Telegram looks from the narrowest scope to the widest."""

from __future__ import annotations

from sandbox.telegram.model import Chat, Json, User
from sandbox.telegram.state import Profile


def command_menu(profile: Profile, chat: Chat, user: User) -> list[Json]:
    """The commands of the first scope that has a list in the person's language, or one without a language."""
    language = (user.language_code or "").split("-")[0].lower()
    for scope in _scopes(chat, user):
        for code in (language, ""):
            commands = profile.commands.get((scope, code))
            if commands is not None:
                return commands
    return []


def localized(profile: Profile, name: str, user: User) -> str:
    """A text the bot set about itself (name, description), in the person's language if there is one."""
    language = (user.language_code or "").split("-")[0].lower()
    return profile.texts.get((name, language)) or profile.texts.get((name, ""), "")


def _scopes(chat: Chat, user: User) -> tuple[str, ...]:
    """Scopes from narrow to wide, without those of administrators: users of the sandbox are none."""
    if chat.is_private:
        return (f"chat:{chat.id}", "all_private_chats", "default")
    return (f"chat_member:{chat.id}:{user.id}", f"chat:{chat.id}", "all_group_chats", "default")
