"""What the messages of an ended job say: its text as its readers want to see it, or one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiogram.types import InlineKeyboardMarkup, InputRichMessage, MessageEntity

from bot.delivery.rich_message import rich_message
from bot.delivery.splitting import split_ranges
from bot.delivery.styled_text import Link, StyledText
from bot.localization import Say
from handlers.address import Address, Author
from handlers.likely_languages import likely_languages
from handlers.look import Look, without_speakers
from handlers.message_units import MESSAGE_UNITS
from handlers.result_keyboard import result_keyboard
from handlers.text_pages import message_link
from transcription import JobState, Transcript, View, clock, split_blocks, uncertain_runs, without_fillers

MAX_FOLDED = 3
"""So many messages of a text are folded one by one; more of them would still fill the chat."""
BEGINNING_UNITS = 3000
"""How much is shown of a text that is longer: some minutes of reading, with room for what is said below it."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one message says: a text, or a rich message in place of it."""

    text: str
    entities: Sequence[MessageEntity] = ()
    keyboard: InlineKeyboardMarkup | None = None
    is_beginning: bool = False
    """Whether the rest of the text is only in its file."""
    rich: InputRichMessage | None = None


def result_contents(
    view: View,
    look: Look,
    transcript: Transcript | None,
    say: Say,
    *,
    has_buttons: bool,
    has_llm: bool = False,
    has_better: bool = False,
    is_alone: bool = False,
) -> list[Content]:
    """The messages of an ended job: its text, going by a transcript, in as many as it needs, or one sentence.

    Where a message `is_alone`, it says as much as it can hold, and where there is more.
    """
    job, author = view.job, Address.parse(view.job.request.source).author
    if sentence := _sentence(view, transcript, say):
        ((text, entities),) = _under(author, StyledText(sentence)).split()
        return [Content(text, entities)]
    assert transcript
    styled = _under(author, styled_result(transcript, look, say))
    if transcript.is_partial:
        styled.add(f"\n\n{say('stopped')}")
    is_refined = transcript.model != job.request.model and not job.request.options.by_language
    if is_refined or look.better is not None:
        styled.add(f"\n\n{say('refined', model=transcript.model)}")
    contents = [Content(text, entities) for text, entities in styled.split()]
    if is_alone and len(styled.split(MESSAGE_UNITS - 1)) > 1:  # folding takes one more
        contents = [_beginning(styled, say("guest-goes-on"))]
    elif look.rich and len(contents) > 1:
        recording = None if look.joined else message_link(job)  # times of a row are not those of one recording
        rich, is_whole = rich_message(styled, say("text-rest"), say("text-goes-on"), recording)
        contents = [Content("", rich=rich, is_beginning=not is_whole)]
    elif look.folds:
        contents = _folded(styled, contents, say)
    if has_buttons:
        likely = likely_languages(job.request, transcript)
        buttons = result_keyboard(job.id, transcript, look, say, likely, has_llm=has_llm, has_better=has_better)
        contents[-1] = replace(contents[-1], keyboard=buttons)
    return contents


def _sentence(view: View, transcript: Transcript | None, say: Say) -> str:
    """What is said of a job without a text; nothing where it has one."""
    job = view.job
    if job.state is JobState.CANCELLED:
        return say("cancelled")
    if job.state is JobState.FAILED:
        return say(f"error-{job.error or 'unknown'}", **(job.error_details or {}))
    return say("no-speech") if transcript and not transcript.text else ""


def _under(author: Author | None, styled: StyledText) -> StyledText:
    """A text under a line that says who spoke, where that can't be seen from where it stands."""
    if author is None:
        return styled
    lead = StyledText()
    lead.add("💬 ")
    lead.add(author.name, Link(author.url))
    lead.add("\n")
    return styled.after(lead)


def _folded(styled: StyledText, parts: Sequence[Content], say: Say) -> list[Content]:
    """Each message folded; of a text that takes too many only the beginning, which says where the rest is."""
    if len(parts) > MAX_FOLDED:
        return [_beginning(styled, say("text-goes-on"))]
    return [Content(*styled.cut(each).folded().split()[0]) for each in split_ranges(styled.text, MESSAGE_UNITS - 1)]


def _beginning(styled: StyledText, where: str) -> Content:
    """The beginning of a text, folded, and a sentence that says where the rest is."""
    beginning = styled.cut(next(split_ranges(styled.text, BEGINNING_UNITS))).folded()
    beginning.add(f"\n\n{where}")
    ((text, entities),) = beginning.split()
    return Content(text, entities, is_beginning=True)


def styled_result(transcript: Transcript, look: Look, say: Say) -> StyledText:
    """The text of a transcript: in paragraphs or not, with times and speakers or without."""
    if not look.speakers:
        transcript = without_speakers(transcript)
    if not look.fillers:
        transcript = without_fillers(transcript)
    options, styled = look.format_options(say), StyledText()
    names, former = options.speaker_names(transcript), ""
    for words in split_blocks(transcript, by_paragraph=look.paragraphs, by_sentence=look.times):
        styled.add("\n\n" if styled.text and look.paragraphs else "\n" if styled.text else "")
        if look.times:
            styled.add(clock(words[0].start_ms), "time")
            styled.add(" ")
        if names and (name := names[words[0].speaker]) != former:
            styled.add(f"{name}:", "bold")
            styled.add(" ")
            former = name
        for text, is_uncertain in uncertain_runs(words, options.mark_below):
            styled.add(text, "underline" if is_uncertain else None)
    return styled
