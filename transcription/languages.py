"""The languages that Whisper knows, by its codes."""

_MOST_SPOKEN = "en ru uk es de fr it pt pl tr ar fa hi zh ja ko id uz kk nl cs ro el he sv vi th"
_OTHERS = (
    "af am as az ba be bg bn bo br bs ca cy da et eu fi fo gl gu ha haw hr ht hu hy is jw ka km kn la lb ln lo lt lv mg"
    " mi mk ml mn mr ms mt my ne nn no oc pa ps sa sd si sk sl sn so sq sr su sw ta te tg tk tl tt ur yi yo yue"
)

LANGUAGES = (*_MOST_SPOKEN.split(), *_OTHERS.split())
"""Whisper's codes, in the order in which they are offered."""

IN_TWO_SCRIPTS = ("zh", "yue", "sr")
"""Languages whose texts are in the script of the reader's app."""

_NAMED_OTHERWISE = {"nb": "no", "fil": "tl", "jv": "jw", "iw": "he", "in": "id", "cmn": "zh"}


def language_of(tag: str | None) -> str | None:
    """Whisper's code of a language tag (BCP 47), such as an app has: `pt` for `pt-BR`; None for others."""
    base = (tag or "").replace("_", "-").partition("-")[0].lower()
    code = _NAMED_OTHERWISE.get(base, base)
    return code if code in LANGUAGES else None
