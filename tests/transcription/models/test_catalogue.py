"""What models are said to need."""

import pytest
from faster_whisper.utils import _MODELS

from transcription.errors import UnknownModel
from transcription.models.catalogue import ALIASES, MODELS, better_models, find


def test_names_are_those_of_faster_whisper() -> None:
    """Each of Whisper's names and each alias means the repository that faster-whisper means by it."""
    names = [*(name for name, model in MODELS.items() if model.engine == "whisper"), *ALIASES]
    assert {name: find(name).repo for name in names} == {name: _MODELS[name] for name in names}


@pytest.mark.parametrize(
    ("name", "language", "best"),
    [
        ("base", "ru", ["gigaam-v3", "parakeet-v3", "large-v3", "large-v2", "large-v3-turbo", "medium", "small"]),
        ("large-v3", "ja", []),
        ("gigaam-v3", "ru", []),
        ("medium", "yue", ["large-v3", "large-v3-turbo"]),
        ("gone", "ru", []),
    ],
)
def test_better_models_begin_with_the_best(name: str, language: str, best: list[str]) -> None:
    """Those made for few languages, then the largest; all of them, where a model does not know the language."""
    assert [model.name for model in better_models(name, language)] == best


def test_an_unknown_name_is_refused() -> None:
    """A name outside the catalogue raises, with the name for the sentence."""
    with pytest.raises(UnknownModel) as caught:
        find("huge")
    assert caught.value.details == {"model": "huge"}


def test_sizes_are_the_published_ones() -> None:
    """Parameters computed from width and layers are those of the model cards, within 3 %."""
    published = {"base": 74, "small": 244, "medium": 769, "large-v3": 1550, "large-v3-turbo": 809}
    published |= {"distil-small.en": 166, "distil-medium.en": 394, "distil-large-v3": 756}
    assert {name: find(name).parameters_m for name in published} == pytest.approx(published, rel=0.03)


@pytest.mark.parametrize(
    ("name", "compute_type", "measured_mb"),
    [("base", "int8", 269), ("base", "float32", 417), ("tiny.en", "int8", 176), ("tiny.en", "float32", 237)],
)
def test_memory_is_estimated_from_above(name: str, compute_type: str, measured_mb: int) -> None:
    """The estimate is not below the peak measured, and at most a quarter above it."""
    assert measured_mb <= find(name).memory_mb(compute_type) <= 1.25 * measured_mb


def test_cost_is_relative_to_base() -> None:
    """Base costs 1, and a turbo model lies between small and the large one it was cut from."""
    assert find("base").relative_cost == 1.0
    assert find("small").relative_cost < find("turbo").relative_cost < find("large-v3").relative_cost
