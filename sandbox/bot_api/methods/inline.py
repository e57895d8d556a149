"""Methods about inline mode and guest mode: answerInlineQuery, answerGuestQuery."""

from __future__ import annotations

import re
import secrets
import time

from sandbox.bot_api.methods.call import MethodCall
from sandbox.bot_api.methods.content import check_text, read_keyboard, read_text
from sandbox.bot_api.params import Params
from sandbox.telegram.errors import bad_request
from sandbox.telegram.model import Json
from sandbox.telegram.threads import thread_fields

_MAX_RESULTS = 50
_MAX_ID_BYTES = 64
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_inline_query(call: MethodCall) -> bool:
    """answerInlineQuery: once, and in time; of results it knows articles with a text."""
    state, params = call.state, call.params
    results = params.objects("results", "inline query results")
    if len(results) > _MAX_RESULTS:
        raise bad_request("too many inline query results specified")
    shown = [_article(each) for each in results]
    button = params.json("button", "inline query results button")
    if button is not None:
        _check_button(button)
    query = state.inline_queries.get(params.text("inline_query_id"))
    too_late = query is not None and time.monotonic() - query.pressed_at > state.options.callback_ttl_s
    if query is None or too_late or query.answer is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(params.text("next_offset").encode()) > _MAX_ID_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    ids = [each["id"] for each in shown]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    query.answer = {
        "results": shown,
        "button": button,
        "next_offset": params.text("next_offset"),
        "cache_time": params.integer("cache_time", 300),
        "is_personal": params.flag("is_personal"),
    }
    state.bus.publish("inline_answer", None, query_id=query.id)
    return True


def answer_guest_query(call: MethodCall) -> Json:
    """answerGuestQuery: once, and in time; the answer replies to who called, and is edited by its inline message id."""
    state, result = call.state, call.params.json("result", "inline query result")
    if not isinstance(result, dict):
        raise bad_request("can't parse InlineQueryResult: Expected an Object")
    article, keyboard = _article(result), read_keyboard(Params(result))
    query = state.guest_queries.get(call.params.text("guest_query_id"))
    if query is None or time.monotonic() - query.asked_at > state.options.callback_ttl_s:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    del state.guest_queries[call.params.text("guest_query_id")]
    asked = query.message
    body = {**article["message"], **thread_fields(query.chat, None, asked.message_id)}
    body |= {"guest_bot_caller_user": asked.sender.to_json(), **({"reply_markup": keyboard} if keyboard else {})}
    message = state.post(query.chat, state.bot, body, asked.message_id)
    message.inline_id = secrets.token_urlsafe(16)
    return {"inline_message_id": message.inline_id}


def _article(result: Json) -> Json:
    """What is shown of a result, and the text that is sent when it is chosen."""
    if result.get("type") != "article":
        raise bad_request("can't parse InlineQueryResult: the sandbox knows articles only")
    content = result.get("input_message_content")
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad_request("can't parse InlineQueryResult: the sandbox knows text messages only")
    result_id = str(result.get("id", ""))
    if not result_id:
        raise bad_request("RESULT_ID_EMPTY")
    if len(result_id.encode()) > _MAX_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if not result.get("title"):
        raise bad_request("ARTICLE_TITLE_EMPTY")
    rich = read_text(Params({**content, "text": content["message_text"]}))
    check_text(rich, editing=True)
    return {
        "id": result_id,
        "title": result["title"],
        "description": result.get("description", ""),
        "message": rich.fields("text"),
    }


def _check_button(button: Json) -> None:
    start = str(button.get("start_parameter", ""))
    if not button.get("text") or "start_parameter" not in button:
        raise bad_request("can't parse inline query results button")
    if not _START_PARAMETER.fullmatch(start):
        unallowed = "unallowed characters in start_parameter are used"
        raise bad_request(unallowed if start else "can't use empty start_parameter")
