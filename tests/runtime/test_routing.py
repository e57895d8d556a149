"""Models by language, from settings."""

from pathlib import Path

import pytest

from config import SettingsError, load_settings
from runtime.models import create_models, model_options, resolve_model, routes, routes_by_default
from tests.settings import settings


@pytest.mark.usefixtures("no_settings_of_this_machine")
def test_languages_and_models_are_read_in_pairs(tmp_path: Path) -> None:
    """However they are spaced; there is room in memory for all of them."""
    file = tmp_path / ".env"
    file.write_text("MODEL_BY_LANGUAGE= RU : turbo, en:tiny.en ,\n")
    found = load_settings(file)
    assert routes(found) == {"ru": "large-v3-turbo", "en": "tiny.en"}
    assert model_options(found).max_models == 3
    assert routes_by_default(found)


@pytest.mark.usefixtures("no_settings_of_this_machine")
@pytest.mark.parametrize("wrong", ["ru", "ru:", ":base", "en:tiny.en,en:base.en", "ru:a:b"])
def test_what_is_no_pair_is_refused(tmp_path: Path, wrong: str) -> None:
    """With an example of what it should be."""
    file = tmp_path / ".env"
    file.write_text(f"MODEL_BY_LANGUAGE={wrong}\n")
    with pytest.raises(SettingsError, match="MODEL_BY_LANGUAGE: Whisper codes and models, once each, such as ru:"):
        load_settings(file)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"model_by_language": {"en": "tinny"}}, "MODEL_BY_LANGUAGE: there is no model tinny"),
        ({"model_by_language": {"xx": "tiny"}}, "MODEL_BY_LANGUAGE: Whisper has no code xx"),
        ({"model_by_language": {"ru": "tiny.en"}}, "MODEL_BY_LANGUAGE: tiny.en does not know ru; it knows en"),
        ({"model_by_language": {"en": "tiny.en"}, "model": "base.en"}, "base.en can't tell languages; set MODEL to"),
        ({"model_by_language": {"en": "tiny.en"}, "adaptive_context": False}, "MODEL_BY_LANGUAGE: needs ADAPTIVE"),
    ],
)
def test_models_that_cannot_do_it_are_refused(tmp_path: Path, given: dict[str, object], reason: str) -> None:
    """Before anything starts, and with the reason."""
    with pytest.raises(SettingsError, match=reason):
        create_models(settings(tmp_path, **given))


async def test_auto_leaves_room_for_a_second_model(tmp_path: Path) -> None:
    """It routes by what is here; a model that was named does not."""
    auto = settings(tmp_path, model="auto")
    assert (routes_by_default(auto), routes_by_default(settings(tmp_path))) == (True, False)
    assert (await resolve_model(auto, None)).max_models == 2
