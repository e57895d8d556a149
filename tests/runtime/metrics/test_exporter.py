"""What can be read at METRICS_PORT."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from config import SettingsError
from runtime.metrics import create_metrics, exporting
from runtime.services import create_services
from tests.runtime.metrics.conftest import SECRET
from tests.settings import settings

needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="needs promtool (Debian: prometheus)")


def value(text: str, name: str, **labels: str) -> float | None:
    """The sample of this name and these labels; None where there is none."""
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return next((sample.value for sample in samples if (sample.name, sample.labels) == (name, labels)), None)


def test_jobs_are_counted_by_their_ends(scraped: str) -> None:
    """A text, a silence, a file that is no sound, and a text that was known: each once, and none twice."""
    ends = [("done", "text"), ("done", "silence"), ("failed", "not-audio"), ("done", "known")]
    for state, result in ends:
        assert value(scraped, "stenobot_jobs_ended_total", source="test", state=state, result=result) == 1
    assert value(scraped, "stenobot_jobs_ended_total", source="test", state="failed", result="too-long") == 0
    assert value(scraped, "stenobot_jobs_submitted_total", source="test") == 4
    assert value(scraped, "stenobot_job_duration_seconds_count", source="test") == 4
    assert value(scraped, "stenobot_job_queue_wait_seconds_count", source="test") == 2
    assert value(scraped, "stenobot_jobs", source="test", state="queued") == 0
    assert value(scraped, "stenobot_jobs_undelivered", source="test") == 1
    assert value(scraped, "stenobot_job_delivery_seconds_count", source="test") == 3


def test_the_engine_is_measured(scraped: str) -> None:
    """Audio counts whether or not anybody speaks in it; a silence says nothing of the model's speed."""
    run = {"model": "tiny.en", "engine": "whisper", "device": "cpu"}
    audio_s = value(scraped, "stenobot_audio_seconds_total", **run)
    assert audio_s
    assert audio_s == pytest.approx(8.6, abs=1)
    rtf = value(scraped, "stenobot_realtime_factor_ratio_sum", **run)
    assert rtf
    assert 0 < rtf < 10
    assert value(scraped, "stenobot_realtime_factor_ratio_count", **run) == 1
    assert value(scraped, "stenobot_batch_windows_sum", device="cpu") == 1
    assert value(scraped, "stenobot_model_load_seconds_count", model="tiny.en", device="cpu") == 2
    assert value(scraped, "stenobot_model_evictions_total", model="tiny.en", reason="asked") == 1
    assert value(scraped, "stenobot_model_memory_bytes", model="tiny.en", device="cpu") == pytest.approx(
        37.7e6, rel=0.01
    )
    assert (value(scraped, "process_resident_memory_bytes") or 0) > 50e6
    assert (value(scraped, "stenobot_disk_free_bytes", folder="data") or 0) > 0


def test_calls_of_the_bot_api_are_counted(scraped: str) -> None:
    """By method and status; flood waits with their seconds, and a refused token as such."""
    for method, status in (("GetMe", "200"), ("SendMessage", "429"), ("LogOut", "502"), ("GetUpdates", "401")):
        assert value(scraped, "stenobot_telegram_calls_total", method=method, status=status) == 1
    assert value(scraped, "stenobot_telegram_flood_wait_seconds_total") == 7
    assert value(scraped, "stenobot_telegram_token_refused") == 1
    assert value(scraped, "stenobot_telegram_call_seconds_count", method="GetUpdates") is None


def test_requests_of_the_api_are_counted(scraped: str) -> None:
    """By route, method and status; paths and methods that a caller makes up are one."""
    assert value(scraped, "stenobot_http_requests_total", route="/health", method="GET", status="200") == 1
    assert value(scraped, "stenobot_http_requests_total", route="/health", method="other", status="405") == 1
    assert value(scraped, "stenobot_http_requests_total", route="other", method="GET", status="404") == 1
    assert value(scraped, "stenobot_http_request_seconds_count", route="/health") == 2


def test_no_id_and_no_text_is_in_it(scraped: str) -> None:
    """Neither people, chats and files, nor what was said, nor the token."""
    assert str(SECRET) not in scraped
    assert "what people said" not in scraped


@needs_promtool
def test_prometheus_finds_nothing_to_say(scraped: str) -> None:
    """Names, units and help texts are as Prometheus' own tool wants them."""
    done = subprocess.run(["promtool", "check", "metrics"], input=scraped, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


async def test_a_taken_port_is_said(tmp_path: Path, models_dir: Path) -> None:
    """By the name of the setting."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        chosen = settings(tmp_path, models_dir=models_dir, metrics_port=port)
        metrics = create_metrics(chosen)
        async with create_services(chosen, {}, metrics) as services:
            with pytest.raises(SettingsError, match=f"METRICS_PORT: {port} is taken"):
                async with exporting(services, chosen):
                    pass
