"""What the messages of an ended job say: its text as its readers want to see it, or one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiogram.types import InlineKeyboardMarkup, MessageEntity

from bot.delivery.styled_text import StyledText
from bot.localization import Say
from handlers.look import Look, without_speakers
from handlers.result_keyboard import result_keyboard
from transcription import JobState, Transcript, View, clock, split_blocks, uncertain_runs


@dataclass(frozen=True, slots=True)
class Content:
    """What one message says."""

    text: str
    entities: Sequence[MessageEntity] = ()
    keyboard: InlineKeyboardMarkup | None = None


def result_contents(
    view: View, look: Look, transcript: Transcript | None, say: Say, *, has_buttons: bool
) -> list[Content]:
    """The messages of an ended job: its text, going by a transcript, in as many as it needs, or one sentence."""
    job = view.job
    if job.state is JobState.CANCELLED:
        return [Content(say("cancelled"))]
    if job.state is JobState.FAILED:
        return [Content(say(f"error-{job.error or 'unknown'}", **(job.error_details or {})))]
    assert transcript
    if not transcript.text:
        return [Content(say("no-speech"))]
    styled = styled_result(transcript, look, say)
    if transcript.is_partial:
        styled.add(f"\n\n{say('stopped')}")
    if transcript.model != job.request.model and not job.request.options.by_language:
        styled.add(f"\n\n{say('refined', model=transcript.model)}")
    contents = [Content(text, entities) for text, entities in styled.split()]
    if has_buttons:
        contents[-1] = replace(contents[-1], keyboard=result_keyboard(job.id, transcript, look, say))
    return contents


def styled_result(transcript: Transcript, look: Look, say: Say) -> StyledText:
    """The text of a transcript: in paragraphs or not, with times and speakers or without."""
    if not look.speakers:
        transcript = without_speakers(transcript)
    options, styled = look.format_options(say), StyledText()
    names, former = options.speaker_names(transcript), ""
    for words in split_blocks(transcript, by_paragraph=look.paragraphs, by_sentence=look.times):
        styled.add("\n\n" if styled.text and look.paragraphs else "\n" if styled.text else "")
        if look.times:
            styled.add(f"{clock(words[0].start_ms)} ")
        if names and (name := names[words[0].speaker]) != former:
            styled.add(f"{name}:", "bold")
            styled.add(" ")
            former = name
        for text, is_uncertain in uncertain_runs(words, options.mark_below):
            styled.add(text, "underline" if is_uncertain else None)
    return styled
