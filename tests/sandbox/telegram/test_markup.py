from __future__ import annotations

import pytest

from sandbox.telegram.errors import ApiError
from sandbox.telegram.markup_html import parse_html
from sandbox.telegram.rich_text import RichText, trimmed, with_found


def spans(rich):
    """Entities as (type, text they cover)."""
    units = rich.text.encode("utf-16-le")
    return [
        (each["type"], units[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le"))
        for each in rich.entities
    ]


def test_html_becomes_entities_measured_in_utf16():
    """Tags, nesting, character references and links, behind an emoji that counts twice."""
    rich = trimmed(parse_html('😀 <b>a <i>b</i></b> &lt;x&gt; <a href="https://e.org/?a=1&amp;b=2">link</a> '))

    assert rich.text == "😀 a b <x> link"
    assert spans(rich) == [("bold", "a b"), ("italic", "b"), ("text_link", "link")]
    assert rich.entities[-1]["url"] == "https://e.org/?a=1&b=2"


def test_html_blocks_have_their_attributes():
    """A code block names its language; a quotation may be expandable."""
    rich = parse_html('<pre><code class="language-py">x = 1</code></pre><blockquote expandable>q</blockquote>')

    assert [each["type"] for each in rich.entities] == ["pre", "expandable_blockquote"]
    assert rich.entities[0]["language"] == "py"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("a < b", "Unclosed start tag at byte offset 2"),
        ("é <x>y</x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
    ],
)
def test_bad_markup_is_refused_in_telegrams_words(source, complaint):
    """What a bot that forgets to escape or to close is told, with byte offsets."""
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_commands_are_found_in_what_people_type():
    """/command and /command@bot, not paths or dates."""
    rich = with_found(RichText("/start@sandbox_bot now, and/or 1/2 /help"))

    assert spans(rich) == [("bot_command", "/start@sandbox_bot"), ("bot_command", "/help")]


def test_links_mentions_and_commands_are_found_where_nothing_is_marked():
    """A link ends before the full stop; what is code or a link already stays that; bold text may hold a mention."""
    rich = with_found(
        parse_html("See https://example.org/a?b=1. <code>/cmd</code> <b>@anna_b</b> <a href='tg:x'>/x</a>")
    )
    spans = {(each["type"], rich.text[each["offset"] : each["offset"] + each["length"]]) for each in rich.entities}
    assert spans == {
        ("url", "https://example.org/a?b=1"),
        ("code", "/cmd"),
        ("bold", "@anna_b"),
        ("mention", "@anna_b"),
        ("text_link", "/x"),
    }
