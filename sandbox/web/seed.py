"""Users and chats the page starts with."""

from __future__ import annotations

from sandbox.telegram.model import Chat, User
from sandbox.telegram.user_actions import UserActions

ANNA = User(id=700_001, first_name="Anna", username="anna", language_code="en")
BORIS = User(id=700_002, first_name="Борис", username="boris", language_code="ru")
GROUP_ID = -700_011
FORUM_ID = -1_000_000_700_012
GUEST_CHAT_ID = -1_000_000_700_013


def seed(people: UserActions) -> None:
    """Two people with private chats, and groups that both are in: one, one with topics, and one without the bot.

    The bot is an admin where there are topics, so it is told of reactions there.
    """
    for person in (ANNA, BORIS):
        people.add_user(person, started=False)
    members = {person.id: person for person in (ANNA, BORIS)}
    admins = {ANNA.id}
    group = Chat(id=GROUP_ID, type="group", title="Family", members=dict(members), admins=set(admins))
    people.add_chat(group, [], None)
    forum = Chat(id=FORUM_ID, type="supergroup", title="Team", is_forum=True, members=dict(members), admins=admins)
    forum.bot_status = "administrator"
    people.add_chat(forum, ["Voice notes", "Ideas"], None)
    neighbours = Chat(id=GUEST_CHAT_ID, type="supergroup", title="Neighbours", members=dict(members))
    neighbours.bot_status = "left"
    people.add_chat(neighbours, [], None)
