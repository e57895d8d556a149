"""Alert rules and dashboard: they ask for metrics that exist."""

import json
import re
import subprocess
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import ROOT
from tests.runtime.metrics.test_exporter import needs_promtool

RULES = ROOT / "deploy" / "prometheus"
DASHBOARD = ROOT / "deploy" / "grafana" / "stenobot.json"
NAME = re.compile(r"\b(?:stenobot|process)_\w+")
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
OF_PROMETHEUS = {"instance", "job"}


def known(scraped: str) -> tuple[set[str], set[str]]:
    """The names of all series, and of all labels."""
    names, labels = set(), OF_PROMETHEUS.copy()
    for family in text_string_to_metric_families(scraped):
        names |= {family.name + ending for ending in ENDINGS.get(family.type, ())}
        labels |= {label for sample in family.samples for label in sample.labels}
    return names, labels


def asked_labels(text: str) -> set[str]:
    """The labels that expressions choose or group by."""
    grouped = re.findall(r"\bby \(([^)]*)\)", text)
    return set(re.findall(r"[{,]\s*(\w+)=~?\\?\"", text)) | {
        label for group in grouped for label in re.split(r",\s*", group)
    }


def expressions() -> list[str]:
    """All queries of the dashboard."""
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]


def test_rules_ask_for_metrics_that_exist(scraped: str, scraped_front: str) -> None:
    """Each name and each label of the rules, and of their tests, is in a scrape."""
    names, labels = known(scraped + scraped_front)
    for file in ("alerts.yml", "alerts_test.yml"):
        text = (RULES / file).read_text(encoding="utf-8")
        assert set(NAME.findall(text)) - names == set()
        assert asked_labels(text) - labels - {"alertname", "alertstate", "severity"} == set()


def test_the_dashboard_asks_for_metrics_that_exist(scraped: str, scraped_front: str) -> None:
    """Each name and each label of its queries is in a scrape, and each metric of ours is on it."""
    names, labels = known(scraped + scraped_front)
    asked = set(NAME.findall("\n".join(expressions())))
    assert asked - names == set()
    assert asked_labels("\n".join(expressions())) - labels == set()
    ours = {
        family.name
        for family in text_string_to_metric_families(scraped + scraped_front)
        if family.name.startswith("stenobot")
    }
    assert {name for name in ours if not any(each.startswith(name) for each in asked)} == set()


@needs_promtool
def test_queries_can_be_parsed(tmp_path: Path) -> None:
    """Each query of the dashboard is one that Prometheus understands."""
    rules = [
        {"record": f"query:{number}", "expr": expression.replace("$__rate_interval", "5m").replace("$instance", ".*")}
        for number, expression in enumerate(expressions())
    ]
    file = tmp_path / "queries.json"  # JSON is YAML
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")
    done = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{len(rules)} rules found" in done.stdout
    assert len(rules) > 30


@needs_promtool
def test_alerts_fire_when_they_should() -> None:
    """And not while all is well, as the file beside the rules says."""
    done = subprocess.run(
        ["promtool", "test", "rules", "alerts_test.yml"], cwd=RULES, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
