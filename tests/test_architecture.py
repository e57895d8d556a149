import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"


def test_the_page_names_files_that_exist() -> None:
    """Each file and folder of the page is in the repository, so that a move must change the page too."""
    text = PAGE.read_text(encoding="utf-8")
    files = set(re.findall(r"(?<![\w/.])(?:\w+/)*\w+\.(?:py|ftl|toml)\b", text))
    folders = set(re.findall(r"`((?:\w+/)+)`", text))
    links = set(re.findall(r"\]\(([^)#]+)\)", text))
    assert len(files) > 30
    assert not [name for name in files | folders if not (ROOT / name).exists()]
    assert not [link for link in links if not (PAGE.parent / link).exists()]
