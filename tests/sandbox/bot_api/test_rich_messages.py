"""sendRichMessage, and editMessageText with a rich message: blocks, limits, and what a bad one is called."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import InputRichBlockDetails, InputRichBlockParagraph, InputRichMessage, RichTextBold

LINE = {"type": "paragraph", "text": "x"}


def nested(depth: int) -> dict[str, Any]:
    """A paragraph in so many quotations."""
    return {"type": "blockquote", "blocks": [nested(depth - 1)]} if depth else LINE


async def test_a_text_becomes_a_rich_message_and_back(people, bot):
    """By edits of the same message, which aiogram reads; the other kind of content goes."""
    ann = await people.add_user()
    sent = await bot.send_message(ann["id"], "…")
    inner = InputRichBlockParagraph(text=["I ", RichTextBold(text="did")])
    rich = InputRichMessage(blocks=[InputRichBlockDetails(summary="More", blocks=[inner])])
    edited = await bot.edit_message_text(chat_id=ann["id"], message_id=sent.message_id, rich_message=rich)
    assert edited.text is None
    assert edited.rich_message.blocks[0].blocks[0].text[1].text == "did"
    back = await edited.edit_text("plain")
    assert (back.text, back.rich_message) == ("plain", None)
    assert (await bot.send_rich_message(ann["id"], rich)).rich_message == edited.rich_message


@pytest.mark.parametrize(
    ("rich", "description"),
    [
        ({}, "rich message must be non-empty"),
        ({"is_rtl": True}, "rich message must be non-empty"),
        ([], "object expected as rich message"),
        ("[", "can't parse rich message JSON object"),
        ({"blocks": []}, "RICH_MESSAGE_EMPTY"),
        ({"blocks": [{"type": "paragraph", "text": ""}]}, "RICH_MESSAGE_EMPTY"),
        ({"blocks": ["x"]}, "object expected as InputRichMessageBlock"),
        ({"blocks": [{"text": "x"}]}, "can't parse InputRichBlock: Can't find field \"type\""),
        ({"blocks": [{"type": "quote"}]}, 'can\'t parse InputRichBlock: type "quote" is unsupported'),
        ({"blocks": [{"type": "paragraph", "text": 1}]}, "invalid rich text specified"),
        ({"blocks": [{"type": "paragraph", "text": {"type": "big", "text": "x"}}]}, "unsupported rich text type"),
        ({"blocks": [{"type": "heading", "text": "x", "size": 7}]}, "invalid section heading size specified"),
        ({"blocks": [{"type": "paragraph", "text": "x" * 32_769}]}, "RICH_MESSAGE_TEXT_TOO_LONG"),
        ({"blocks": [LINE] * 501}, "RICH_MESSAGE_BLOCKS_TOO_MANY"),
        ({"blocks": [nested(0)] * 2 + [nested(16)]}, "RICH_MESSAGE_DEPTH_INVALID"),
    ],
)
async def test_a_rich_message_that_is_refused(people, call, rich, description):
    """In the words of the server, or of Telegram where a limit is passed."""
    ann = await people.add_user()
    assert (await call("sendRichMessage", chat_id=ann["id"], rich_message=rich))[
        "description"
    ] == f"Bad Request: {description}"


async def test_a_rich_message_at_its_limits_is_taken(people, call):
    """32,768 characters, 500 blocks with those in others, 16 levels."""
    ann = await people.add_user()
    long = {"type": "paragraph", "text": ["x" * 32_268, {"type": "bold", "text": "x"}]}
    details = {"type": "details", "summary": "s" * 16, "blocks": [LINE] * 482}
    blocks = [long, details, nested(15)]
    answer = await call("sendRichMessage", chat_id=ann["id"], rich_message={"blocks": blocks})
    assert answer["result"]["rich_message"] == {"blocks": blocks}
