from __future__ import annotations

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, ReactionTypeEmoji, ReplyParameters

KEYBOARD = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


async def described(call, method, **params):
    """The description of a refusal."""
    return (await call(method, **params))["description"]


async def test_an_edit_drops_the_keyboard_unless_it_is_sent_again(people, call):
    """editMessageText without reply_markup takes the buttons away; the history shows each version and its time."""
    ann = await people.add_user()
    sent = (await call("sendMessage", chat_id=ann["id"], text="one", reply_markup=KEYBOARD))["result"]
    edited = (await call("editMessageText", chat_id=ann["id"], message_id=sent["message_id"], text="two"))["result"]

    assert "reply_markup" not in edited
    (shown,) = await people.messages(ann["id"])
    assert [version["text"] for version in shown["history"]] == ["one", "two"]
    assert shown["history"][0]["reply_markup"] == KEYBOARD
    assert shown["history"][0]["at"] <= shown["history"][1]["at"]


async def test_an_edit_that_changes_nothing_is_refused(people, bot):
    """The same text, entities and keyboard again are «not modified»; a new keyboard is a change."""
    ann = await people.add_user()
    sent = await bot.send_message(ann["id"], "<b>one</b>", parse_mode="HTML")

    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content and reply"):
        await sent.edit_text("<b>one</b>", parse_mode="HTML")
    button = InlineKeyboardButton(text="Go", callback_data="go")
    await sent.edit_reply_markup(reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))


@pytest.mark.parametrize(
    ("text", "method", "description"),
    [
        (" \n ", "sendMessage", "Bad Request: message text is empty"),
        ("\U0001f600" * 2049, "sendMessage", "Bad Request: message is too long"),
        ("\U0001f600" * 2049, "editMessageText", "Bad Request: MESSAGE_TOO_LONG"),
    ],
)
async def test_a_text_has_1_to_4096_utf16_units(people, call, text, method, description):
    """An emoji counts twice; sending and editing say it in different words."""
    ann = await people.add_user()
    sent = (await call("sendMessage", chat_id=ann["id"], text="\U0001f600" * 2048))["result"]

    assert await described(call, method, chat_id=ann["id"], message_id=sent["message_id"], text=text) == description


async def test_messages_that_cannot_be_edited_or_deleted(people, call):
    """Absent messages and those of others are refused in Telegram's words."""
    ann = await people.add_user()
    group = await people.add_chat()
    theirs = await people.send(ann["id"], "mine", chat_id=group["id"])
    here = {"chat_id": group["id"], "message_id": theirs["message_id"]}
    absent = {"chat_id": group["id"], "message_id": 999}

    assert await described(call, "editMessageText", **here, text="x") == "Bad Request: message can't be edited"
    assert await described(call, "deleteMessage", **here) == "Bad Request: message can't be deleted"
    assert await described(call, "editMessageText", **absent, text="x") == "Bad Request: message to edit not found"
    assert await described(call, "deleteMessage", **absent) == "Bad Request: message to delete not found"
    assert await described(call, "sendMessage", chat_id=5, text="x") == "Bad Request: chat not found"


@pytest.mark.parametrize("markup", [{"force_reply": True}, {"keyboard": [["Yes"]]}, {"remove_keyboard": True}])
async def test_what_is_not_an_inline_keyboard_ends_all_edits(people, call, markup):
    """A question that forces a reply can be deleted, and never edited."""
    ann = await people.add_user()
    sent = (await call("sendMessage", chat_id=ann["id"], text="Who?", reply_markup=markup))["result"]
    here = {"chat_id": ann["id"], "message_id": sent["message_id"]}
    assert await described(call, "editMessageText", **here, text="!") == "Bad Request: message can't be edited"
    assert await call("deleteMessage", **here)


async def test_an_administrator_deletes_what_others_wrote(people, call):
    """The bot, once a person has promoted it."""
    ann, group = await people.add_user(), await people.add_chat("supergroup")
    sent = await people.send(ann["id"], "hello", chat_id=group["id"])
    await people.set_bot_status(ann["id"], "administrator", chat_id=group["id"])
    assert (await call("deleteMessage", chat_id=group["id"], message_id=sent["message_id"]))["result"]
    assert await people.messages(group["id"]) == []


async def test_in_a_business_chat_the_bot_deletes_what_it_sent(people, call):
    """By connection and id, not by chat; what the customer wrote stays."""
    owner, customer = [(await people.add_user())["id"] for _ in range(2)]
    connection = {"business_connection_id": (await people.connect_business(owner))["id"]}
    asked = await people.send(customer, "hello", **connection)
    sent = (await call("sendMessage", chat_id=customer, text="hi", **connection))["result"]

    theirs = {"message_ids": [asked["message_id"], sent["message_id"]], **connection}
    assert await described(call, "deleteBusinessMessages", **theirs) == "Forbidden: BOT_ACCESS_FORBIDDEN"
    none = "Bad Request: message identifiers are not specified"
    assert await described(call, "deleteBusinessMessages", **connection) == none
    assert (await call("deleteBusinessMessages", message_ids=[sent["message_id"], 99], **connection))["result"]
    kept, gone = (await people.chat(customer, connection["business_connection_id"]))["messages"]
    assert kept["deleted_at"] is None
    assert gone["deleted_at"] is not None


async def test_a_deleted_message_cannot_be_edited(people, call):
    """When the person deletes the bot's message, the next edit learns it."""
    ann = await people.add_user()
    sent = (await call("sendMessage", chat_id=ann["id"], text="status"))["result"]
    await people.delete(ann["id"], sent["message_id"])

    refused = await described(call, "editMessageText", chat_id=ann["id"], message_id=sent["message_id"], text="x")

    assert refused == "Bad Request: message to edit not found"


async def test_a_reply_needs_its_message_unless_it_may_go_without(people, bot):
    """allow_sending_without_reply is honoured, and a reply shows what it replies to."""
    ann = await people.add_user()
    asked = await people.send(ann["id"], "question")

    reply = await bot.send_message(ann["id"], "yes", reply_parameters=ReplyParameters(message_id=asked["message_id"]))
    assert reply.reply_to_message.text == "question"
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(ann["id"], "yes", reply_parameters=ReplyParameters(message_id=999))
    gone = ReplyParameters(message_id=999, allow_sending_without_reply=True)
    assert (await bot.send_message(ann["id"], "yes", reply_parameters=gone)).reply_to_message is None


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "x", "callback_data": "ы" * 33}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x"}, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed"),
    ],
)
async def test_buttons_are_checked(people, call, button, description):
    """callback_data is at most 64 bytes of UTF-8, and a button must do something."""
    ann = await people.add_user()
    markup = {"inline_keyboard": [[button]]}

    refused = await described(call, "sendMessage", chat_id=ann["id"], text="x", reply_markup=markup)

    assert refused.startswith(description)


async def test_a_bot_that_is_not_wanted_is_forbidden_to_write(people, bot):
    """Blocked, kicked, or never started: each has its own 403."""
    ann, bob = await people.add_user(), await people.add_user(started=False)
    group = await people.add_chat("supergroup")
    await people.block(ann["id"])
    await people.set_bot_status(bob["id"], "kicked", chat_id=group["id"])

    for chat_id, reason in (
        (ann["id"], "bot was blocked by the user"),
        (bob["id"], "bot can't initiate conversation with a user"),
        (group["id"], "bot was kicked from the supergroup chat"),
    ):
        with pytest.raises(TelegramForbiddenError, match=reason):
            await bot.send_message(chat_id, "x")


async def test_an_answer_in_a_topic_stays_in_it(people, bot):
    """Replying to a message of a forum topic keeps its message_thread_id; an unknown topic is refused."""
    ann = await people.add_user()
    forum = await people.add_chat("supergroup", topics=["Notes"])
    asked = await people.send(ann["id"], "hi", chat_id=forum["id"], message_thread_id=forum["topics"]["Notes"])

    reply = await bot.send_message(forum["id"], "x", reply_parameters=ReplyParameters(message_id=asked["message_id"]))

    assert reply.message_thread_id == forum["topics"]["Notes"]
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(forum["id"], "x", message_thread_id=999)


async def test_what_stands_in_a_thread_replies_to_its_root(people, bot):
    """In a supergroup only; a reply of one's own comes first, and starts a thread where there are no topics."""
    ann = await people.add_user(topics=["Work"])
    forum = await people.add_chat("supergroup", topics=["Notes"])
    group = await people.add_chat("supergroup")
    notes, work = forum["topics"]["Notes"], ann["topics"]["Work"]
    plain = await people.send(ann["id"], "hi", chat_id=forum["id"], message_thread_id=notes)
    assert plain["reply_to_message"]["forum_topic_created"]["name"] == "Notes"
    assert (await bot.send_message(forum["id"], "x", message_thread_id=notes)).reply_to_message.message_id == notes
    reply = await people.send(ann["id"], "hi", chat_id=forum["id"], reply_to=plain["message_id"])
    assert (reply["reply_to_message"]["text"], reply["message_thread_id"]) == ("hi", notes)
    general = await people.send(ann["id"], "hi", chat_id=forum["id"])
    private = await people.send(ann["id"], "hi", message_thread_id=work)
    assert not {"message_thread_id", "reply_to_message"} & general.keys()
    assert (private["is_topic_message"], "reply_to_message" in private) == (True, False)
    first = await people.send(ann["id"], "hi", chat_id=group["id"])
    answer = await people.send(ann["id"], "yes", chat_id=group["id"], reply_to=first["message_id"])
    assert (answer["message_thread_id"], "is_topic_message" in answer) == (first["message_id"], False)
    assert (await bot.send_message(group["id"], "x", message_thread_id=999)).message_thread_id is None


async def test_actions_drafts_and_reactions_leave_their_mark(people, bot):
    """What is no message can be seen by the control API all the same, and nonsense is refused."""
    ann = await people.add_user()
    asked = await people.send(ann["id"], "hi")
    await bot.send_chat_action(ann["id"], "typing")
    await bot.send_message_draft(ann["id"], draft_id=7, text="so far")
    await bot.set_message_reaction(ann["id"], asked["message_id"], [ReactionTypeEmoji(emoji="👀")])

    chat = await people.chat(ann["id"])
    assert chat["drafts"]["7"]["text"] == "so far"
    assert chat["messages"][0]["reactions"] == [{"type": "emoji", "emoji": "👀"}]
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(ann["id"], asked["message_id"], [ReactionTypeEmoji(emoji="🧦")])


async def test_command_menus_are_kept_by_scope_and_language(people, call):
    """Each scope and language has its own list; a bad command or language is refused."""
    english = [{"command": "help", "description": "Help"}]
    await call("setMyCommands", commands=english, language_code="en")

    assert (await call("getMyCommands", language_code="en"))["result"] == english
    assert (await call("getMyCommands"))["result"] == []
    wrong = [{"command": "Help", "description": "x"}]
    assert await described(call, "setMyCommands", commands=wrong) == "Bad Request: BOT_COMMAND_INVALID"
    refused = await described(call, "setMyCommands", commands=english, language_code="en-x-pirate")
    assert refused == "Bad Request: invalid language code specified"


@pytest.mark.parametrize("keep", [True, False])
async def test_a_draft_is_stopped_once_and_the_bot_is_told(call, people, keep):
    """Which draft of which chat; it stays only where the bot wanted that, and none without a button is stopped."""
    ann = (await people.add_user())["id"]
    assert (await call("sendMessageDraft", chat_id=ann, text="so far"))[
        "description"
    ] == "Bad Request: RANDOM_ID_INVALID"
    await call("sendMessageDraft", chat_id=ann, draft_id=7, text="so far", can_stop=True, keep_on_stop=keep)
    await people.stop_draft(ann, 7)
    (update,) = (await call("getUpdates"))["result"]
    stopped = update["stopped_message_generation"]
    assert (stopped["chat"]["id"], stopped["draft_id"]) == (ann, 7)
    assert ("7" in (await people.chat(ann))["drafts"]) is keep
    with pytest.raises(Exception, match="no such draft"):
        await people.stop_draft(ann, 7)
