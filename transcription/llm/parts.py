"""How much of a text a language model takes at once, and a long one in such parts."""

from dataclasses import dataclass

from transcription.llm.prompts import AnswerKind

BYTES_PER_TOKEN = 3
"""Of UTF-8: tokenizers of today make 4 to 5 of English and Russian, and 3 to 4 of Chinese, so that it always fits."""
PROMPT_TOKENS = 500
MAX_ANSWER_TOKENS = 1000
"""Of a summary or a list: ten times of what is asked for."""
MAX_PARTS = 16
"""With 4,096 tokens that is more than an hour of speech for a summary."""
SEPARATORS = ("\n\n", "\n", ". ", "? ", "! ", "。", " ")


@dataclass(frozen=True, slots=True)
class TextBudget:
    """How many bytes of text fit into one question, and the characters that an answer to them may have."""

    text_bytes: int
    answer_characters: int

    @classmethod
    def of(cls, kind: AnswerKind, context_tokens: int) -> "TextBudget":
        """What a context leaves: what is tidied comes back as long as it was."""
        free = context_tokens - PROMPT_TOKENS
        answer = free // 2 if kind is AnswerKind.TIDY else min(MAX_ANSWER_TOKENS, free // 4)
        return cls((free - answer) * BYTES_PER_TOKEN, 2 * answer * BYTES_PER_TOKEN)


def split_text(text: str, limit: int) -> list[str]:
    """A text in parts of so many bytes at most, which end with a paragraph, a sentence or a word if they can."""
    parts = []
    while len(text.encode()) > limit:
        end = len(text.encode()[:limit].decode(errors="ignore"))
        end = next((at for each in SEPARATORS if (at := text.rfind(each, end // 2, end) + len(each)) > end // 2), end)
        parts.append(text[:end].strip())
        text = text[end:]
    return [part for part in (*parts, text.strip()) if part]


def cut_text(text: str, limit: int) -> str:
    """The beginning of a text, of so many bytes at most."""
    return split_text(text, limit)[0] if text else ""
