from __future__ import annotations

import asyncio

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from sandbox import RateLimits, SandboxError, SandboxOptions

PRIVATE_BOT = SandboxOptions(rates=RateLimits(enabled=False), privacy_mode=True)
BUTTONS = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go:1")]])


async def test_a_button_is_answered_once(people, bot):
    """The person sees the toast; a second answer comes too late."""
    ann = await people.add_user()
    sent = await bot.send_message(ann["id"], "Ready?", reply_markup=BUTTONS)
    pressed = asyncio.create_task(people.press(ann["id"], sent.message_id, text="Go"))
    (update,) = await bot.get_updates(timeout=50)
    await bot.answer_callback_query(update.callback_query.id, "Gone")

    assert update.callback_query.data == "go:1"
    assert update.callback_query.message.text == "Ready?"
    assert (await pressed)["text"] == "Gone"
    with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired or query ID is inv"):
        await bot.answer_callback_query(update.callback_query.id)
    with pytest.raises(SandboxError, match="no such button"):
        await people.press(ann["id"], sent.message_id, data="else")


async def test_commands_albums_edits_and_language_codes_arrive(people, bot):
    """What people do comes as Telegram tells it, with any language code or none."""
    ann = await people.add_user(language_code="en-x-pirate")
    bob = await people.add_user(language_code=None)
    asked = await people.send(ann["id"], "/start now")
    for content in (b"a", b"b"):
        await people.send(bob["id"], file=content, media_group_id="album")
    await people.edit(ann["id"], asked["message_id"], "/stop")
    start, one, two, edited = await bot.get_updates()

    assert start.message.entities[0].type == "bot_command"
    assert start.message.from_user.language_code == "en-x-pirate"
    assert one.message.from_user.language_code is None
    assert one.message.media_group_id == two.message.media_group_id == "album"
    assert edited.edited_message.text == "/stop"


async def test_blocking_and_joining_become_updates(people, bot):
    """my_chat_member says who blocked the bot or added it; a blocked bot hears nothing more."""
    ann = await people.add_user()
    await people.block(ann["id"])
    await people.send(ann["id"], "unheard")
    await people.unblock(ann["id"])
    await people.add_chat(added_by=ann["id"])
    updates = [update.my_chat_member for update in await bot.get_updates()]

    assert [(each.old_chat_member.status, each.new_chat_member.status) for each in updates] == [
        ("member", "kicked"),
        ("kicked", "member"),
        ("left", "member"),
    ]
    assert updates[-1].chat.type == "group"


async def test_a_business_chat_is_apart_from_the_private_chat(people, bot):
    """Messages of a business connection come as business_message, and answers go where they came from."""
    owner, customer = await people.add_user(first_name="Olga"), await people.add_user()
    connection = await people.connect_business(owner["id"])
    await people.send(customer["id"], "hello", business_connection_id=connection["id"])
    connected, message = await bot.get_updates()

    assert connected.business_connection.user.first_name == "Olga"
    assert message.business_message.business_connection_id == connection["id"]
    answer = await bot.send_message(customer["id"], "hi", business_connection_id=connection["id"])
    await answer.edit_text("hi!")
    assert (await people.wait(customer["id"], business_connection_id=connection["id"], text="hi!"))["text"] == "hi!"
    assert await people.messages(customer["id"]) == []


async def test_a_business_account_gives_and_takes_rights(people, bot):
    """Without the right to reply nothing is taken; once it is over, nothing is told any more. Deletions are told."""
    owner, customer = (await people.add_user())["id"], (await people.add_user())["id"]
    where = {"business_connection_id": (await people.connect_business(owner))["id"]}
    sent = await people.send(customer, "hello", **where)
    await people.delete(customer, sent["message_id"], chat_id=customer, **where)
    await people.connect_business(owner, can_reply=False)
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(customer, "hi", **where)
    await people.connect_business(owner, is_enabled=False)
    with pytest.raises(TelegramBadRequest, match="BUSINESS_CONNECTION_INVALID"):
        await bot.send_message(customer, "hi", **where)
    await people.send(customer, "hello", **where)
    *_, deleted, changed, ended = await bot.get_updates()
    assert deleted.deleted_business_messages.message_ids == [sent["message_id"]]
    assert not changed.business_connection.rights.can_reply
    assert (ended.business_connection.is_enabled, ended.business_connection.rights) == (False, None)
    assert (await bot.get_business_connection(where["business_connection_id"])).is_enabled is False


async def test_anything_can_be_pushed_as_an_update(people, call):
    """A poison update reaches the bot as it is."""
    update_id = await people.push_update({"message": {"message_id": "not a number"}})

    poison = {"update_id": update_id, "message": {"message_id": "not a number"}}
    assert (await call("getUpdates"))["result"] == [poison]


@pytest.mark.parametrize("options", [PRIVATE_BOT], indirect=True)
async def test_in_privacy_mode_a_group_shows_only_what_is_meant_for_the_bot(people, bot):
    """Commands, mentions and replies to the bot pass; other messages do not."""
    ann, group = await people.add_user(), await people.add_chat()
    mine = await bot.send_message(group["id"], "hi")
    await people.send(ann["id"], file=b"OggS", chat_id=group["id"])
    await people.send(ann["id"], "/help", chat_id=group["id"])
    await people.send(ann["id"], "this is for @sandbox_bot", chat_id=group["id"])
    await people.send(ann["id"], "thanks", chat_id=group["id"], reply_to=mine.message_id)

    seen = [update.message.text for update in await bot.get_updates()]
    assert seen == ["/help", "this is for @sandbox_bot", "thanks"]


async def test_supergroups_number_their_messages_for_themselves(people):
    """The same message_id means different messages in different supergroups; private chats share one counter."""
    ann, bob = await people.add_user(), await people.add_user()
    one, two = await people.add_chat("supergroup"), await people.add_chat("supergroup")

    in_groups = [(await people.send(ann["id"], "x", chat_id=chat["id"]))["message_id"] for chat in (one, two)]
    in_private = [(await people.send(user["id"], "x"))["message_id"] for user in (ann, bob)]

    assert in_groups == [1, 1]
    assert in_private == [1, 2]


async def test_only_admins_are_told_of_reactions(people, bot):
    """In a group; one emoji in place of another, shown beside the bot's own, and what is no reaction is refused."""
    ann = await people.add_user()
    group = (await people.add_chat("supergroup"))["id"]
    note = (await people.send(ann["id"], "hi", chat_id=group))["message_id"]
    await bot.get_updates(allowed_updates=["message", "message_reaction"])
    await people.react(ann["id"], note, "👀", chat_id=group)
    await people.set_bot_status(ann["id"], "administrator", chat_id=group)
    await people.react(ann["id"], note, "👍", chat_id=group)
    *_, update = await bot.get_updates()
    change = update.message_reaction
    assert (change.message_id, change.user.id) == (note, ann["id"])
    assert [[each.emoji for each in given] for given in (change.old_reaction, change.new_reaction)] == [["👀"], ["👍"]]
    assert len(await bot.get_updates(offset=update.update_id)) == 1
    with pytest.raises(SandboxError, match="REACTION_INVALID"):
        await people.react(ann["id"], note, "🦆", chat_id=group)


async def test_admins_stay_admins_when_the_group_moves(people, bot):
    """The bot can ask who they are."""
    ann, bob = await people.add_user(), await people.add_user()
    group = (await people.add_chat(added_by=bob["id"]))["id"]
    await people.promote(ann["id"], group)
    moved = (await people.upgrade_chat(ann["id"], group))["id"]
    members = [await bot.get_chat_member(chat_id, ann["id"]) for chat_id in (group, moved)]
    assert [member.status for member in members] == ["administrator"] * 2
    assert (await bot.get_chat_member(moved, bob["id"])).status == "member"


async def test_a_channels_posts_are_discussed(people, bot):
    """A post is nobody's; its copy in the discussion group says where it is from. The bot posts as an admin only."""
    ann = await people.add_user()
    group = (await people.add_chat("supergroup"))["id"]
    channel = (await people.add_chat("channel", title="News", discussion_id=group))["id"]
    with pytest.raises(TelegramBadRequest, match="need administrator rights in the channel chat"):
        await bot.send_message(channel, "hi")
    await people.set_bot_status(ann["id"], "administrator", chat_id=channel)
    sent = await people.send(ann["id"], file=b"OggS", chat_id=channel)
    *_, posted, copied = await bot.get_updates()
    post, copy = posted.channel_post, copied.message
    assert (post.message_id, post.from_user, post.sender_chat.id) == (sent["message_id"], None, channel)
    assert (copy.chat.id, copy.sender_chat.id, copy.is_automatic_forward) == (group, channel, True)
    assert (copy.forward_origin.message_id, copy.from_user.id) == (post.message_id, 777_000)
    assert copy.voice.file_unique_id == post.voice.file_unique_id
    assert (await bot.send_message(channel, "text", reply_to_message_id=post.message_id)).sender_chat.id == channel
