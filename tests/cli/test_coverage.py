"""`runbook coverage` as people and CI type it."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.edges.store import SqlLog
from tests.edges.store.making import begin

Out = pytest.CaptureFixture[str]
RULES = """\
groups:
  - name: nodes
    rules:
      - {alert: NodeDown, expr: up == 0, annotations: {runbook_url: docs/node.md}}
      - {alert: Slow, expr: up == 0}
"""
PROCEDURE = """\
schema: procedure/v1
id: {id}
title: A node is down
alerts: [{alert}]
symptoms: [It is down]
steps: [{{id: one, title: Restart it, do: "It."}}]
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a procedure and a file of rules, to which one link leads."""
    for name in ("RUNBOOK_PROCEDURES", "RUNBOOK_TARGETS", "RUNBOOK_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RUNBOOK_CACHE", str(tmp_path / "cache"))
    (tmp_path / "procedures").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "procedures" / "fix.yaml").write_text(PROCEDURE.format(id="fix", alert="NodeDown"))
    (tmp_path / "docs" / "node.md").write_text("# A node\n")
    (tmp_path / "rules.yaml").write_text(RULES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_report_says_what_is_covered_and_what_is_not(place: Path, capsys: Out) -> None:
    assert main(["coverage", "--rules", "rules.yaml"]) == 0
    assert capsys.readouterr().out == (
        "an alert has no procedure (1):\n"
        "  rules.yaml:5:17: warning: Slow: no procedure names this alert. "
        "Name it under `alerts:` of the procedure for it.\n"
        "\n"
        "an alert's runbook_url is a path, which nobody can open from Slack (1):\n"
        "  rules.yaml:4:69: warning: NodeDown: `docs/node.md` is a path, and a message in Slack "
        "is in no folder. Write the whole address.\n"
        "\n"
        "alerts with a procedure: 1 of 2; 0 errors, 2 warnings, 0 notes\n"
    )


def test_the_exit_status_is_for_what_is_as_bad_as_was_asked(place: Path, capsys: Out) -> None:
    for level, status in {"error": 0, "warning": 1, "note": 1, "never": 0}.items():
        assert main(["coverage", "--rules", "rules.yaml", "--fail-on", level]) == status
    (place / "docs" / "node.md").unlink()
    (place / ".git").mkdir()
    assert main(["coverage", "--rules", "rules.yaml"]) == 1
    assert "the repository has no docs/node.md" in capsys.readouterr().out


def test_a_file_for_code_review(place: Path, capsys: Out) -> None:
    words = ["coverage", "--rules", "rules.yaml", "--format", "sarif", "--output", "out.sarif"]
    assert main(words) == 0
    assert json.loads((place / "out.sarif").read_text())["version"] == "2.1.0"
    said = capsys.readouterr()
    assert (said.out, said.err.split(";")[0]) == ("", "alerts with a procedure: 1 of 2")


def test_a_report_for_programs(place: Path, capsys: Out) -> None:
    assert main(["coverage", "--rules", "rules.yaml", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [gap["kind"] for gap in report["gaps"]] == ["no-procedure", "relative-link"]


def test_the_record_says_what_was_never_tried(
    place: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run of key-compromise is in the record, and none of the other procedure."""
    other = PROCEDURE.format(id="key-compromise", alert="Slow")
    (place / "procedures" / "key-compromise.yaml").write_text(other)
    url = f"sqlite:///{place / 'runbook.db'}"

    async def make() -> None:
        async with await SqlLog.open(url) as log:
            await begin(log)

    asyncio.run(make())
    monkeypatch.setenv("RUNBOOK_DATABASE_URL", url)
    assert main(["coverage", "--rules", "rules.yaml", "--fail-on", "note"]) == 1
    told = [line.strip() for line in capsys.readouterr().out.splitlines() if " note:" in line]
    assert told == [
        "procedures/fix.yaml:1:1: note: fix: it was never run. Try it: /runbook drill fix"
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "name rules"),
        (["--rules", "none.yaml"], "there is no file or folder none.yaml"),
        (["--rules", "rules.yaml", "--procedures", "none"], "there is no folder none"),
        (["--rules", "rules.yaml", "--targets", "none.yaml"], "none.yaml"),
        (["--prometheus", "http://127.0.0.1:1"], "gives no rules"),
    ],
)
def test_what_is_not_there_is_wrong_usage(
    place: Path, capsys: Out, words: list[str], told: str
) -> None:
    assert main(["coverage", *words]) == 2
    said = capsys.readouterr()
    assert (said.out, told in said.err) == ("", True), said.err
