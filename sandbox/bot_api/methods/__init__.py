"""Bot API methods by name in lower case; getUpdates, which waits, is in `sandbox.bot_api.polling`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sandbox.bot_api.methods import chats, ephemeral, inline, media, messages, profile, webhook
from sandbox.bot_api.methods.call import MethodCall

Method = Callable[[MethodCall], Any]

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "getme": profile.get_me,
        "sendmessage": messages.send_message,
        "sendrichmessage": messages.send_rich_message,
        "editmessagetext": messages.edit_message_text,
        "editephemeralmessagetext": ephemeral.edit_ephemeral_message_text,
        "editmessagecaption": messages.edit_message_caption,
        "editmessagereplymarkup": messages.edit_message_reply_markup,
        "deletemessage": messages.delete_message,
        "deletemessages": messages.delete_messages,
        "deletebusinessmessages": messages.delete_business_messages,
        "editmessagemedia": media.edit_message_media,
        "sendphoto": media.send_photo,
        "senddocument": media.send_document,
        "sendvoice": media.send_voice,
        "sendaudio": media.send_audio,
        "getfile": media.get_file,
        "sendchataction": chats.send_chat_action,
        "sendmessagedraft": chats.send_message_draft,
        "setmessagereaction": chats.set_message_reaction,
        "answercallbackquery": chats.answer_callback_query,
        "answerinlinequery": inline.answer_inline_query,
        "answerguestquery": inline.answer_guest_query,
        "getchat": chats.get_chat,
        "getchatmember": chats.get_chat_member,
        "getbusinessconnection": chats.get_business_connection,
        "setmycommands": profile.set_my_commands,
        "getmycommands": profile.get_my_commands,
        "deletemycommands": profile.delete_my_commands,
        "setmyname": profile.set_my_name,
        "setmydescription": profile.set_my_description,
        "setmyshortdescription": profile.set_my_short_description,
        "setwebhook": webhook.set_webhook,
        "deletewebhook": webhook.delete_webhook,
        "getwebhookinfo": webhook.get_webhook_info,
        "logout": profile.accept,
        "close": profile.accept,
    }
)
