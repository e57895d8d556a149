import re

from transcription import errors


def test_the_drawn_tree_has_every_error() -> None:
    """The drawing at the top of the file names the classes that are there, no more and no fewer."""
    assert errors.__doc__
    drawn = re.findall(r"^ *[*-] (\w+)$", errors.__doc__, re.MULTILINE)
    assert sorted(drawn) == sorted(error.__name__ for error in vars(errors).values() if isinstance(error, type))
