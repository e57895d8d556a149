"""Charts as pictures."""

from pathlib import Path

import pytest

from bot import charts
from bot.charts import Charts
from handlers.dependencies import Chart
from sandbox.bot_api.methods.media import image_size


async def test_a_chart_is_a_picture(tmp_path: Path) -> None:
    """Of a size for phones, with letters of any language."""
    picture = await Charts(tmp_path).draw(Chart("Минуты", [0.0, 2.5, 1.0], ["1 нояб.", "", "3 нояб."]))
    assert image_size(picture or b"") == (1024, 640)


async def test_no_chart_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without matplotlib, and where the process fails."""
    monkeypatch.setattr(charts, "SCRIPT", Path(tmp_path / "no_such_script"))
    assert await Charts(tmp_path).draw(Chart("", [1.0], [""])) is None
    monkeypatch.setattr(charts, "find_spec", lambda _name: None)
    assert await Charts(tmp_path).draw(Chart("", [1.0], [""])) is None
