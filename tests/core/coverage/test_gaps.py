"""What is not covered, and what it is told as."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.coverage import (
    KINDS,
    Gap,
    Known,
    Link,
    Place,
    Repository,
    Rule,
    Rules,
    Use,
    Where,
    as_json,
    gaps,
    sarif,
    summary,
    text,
)
from bot.core.procedure import Procedure
from tests.core.room import WAITING

GUIDE = Path(__file__).parents[3] / "docs" / "coverage.md"
TODAY = date(2026, 11, 28)
FILE = "procedures/disk-full.yaml"
HERE = Repository("github.com", "acme/rules")


def rule(alert: str = "DiskFull", runbook: str = "", line: int = 4) -> Rule:
    place = Place("rules.yaml", line, 11)
    return Rule(alert, place, runbook=runbook, runbook_at=place if runbook else None)


def disk_full(**other: object) -> Procedure:
    told = WAITING.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return Procedure.model_validate(
        told | {"schema": "procedure/v1", "id": "disk-full", "alerts": ["DiskFull"]} | other
    )


def found(*rules: Rule, known: Known | None = None, **other: object) -> list[tuple[str, str, str]]:
    shelf = {FILE: disk_full(**other)}
    told = gaps(Rules(rules), shelf, known or Known(), TODAY)
    return [(gap.kind.name, gap.about, gap.message) for gap in told]


def test_an_alert_that_a_procedure_names_is_covered() -> None:
    assert found(rule()) == []


@pytest.mark.parametrize(
    "other",
    [
        {"alerts": [], "symptoms": [{"text": "It is full", "alert": "DiskFull"}]},
        {"alerts": [], "matches": [{"alertname": "Disk.*", "team": "ops"}]},
    ],
)
def test_a_symptom_or_labels_lead_to_a_procedure_as_well(other: dict[str, Any]) -> None:
    one = replace(rule(), labels={"team": "ops"})
    assert found(one, known=None, **other) == []
    assert [gap[0] for gap in found(replace(one, alert="Slow"), known=None, **other)][-1:] == [
        "no-procedure"
    ]


def test_an_alert_without_a_procedure_is_told_once() -> None:
    assert found(rule(), rule("Slow", line=9), rule("Slow", line=20)) == [
        ("no-procedure", "Slow", "no procedure names this alert")
    ]


def test_an_alert_that_is_gone_is_told_with_the_one_that_is_meant() -> None:
    (first, second) = gaps(Rules((rule("DiskFul"),)), {FILE: disk_full()}, Known(), TODAY)
    assert (first.kind.name, first.about, first.at.file) == ("alert-gone", "disk-full", FILE)
    assert first.advice == "Perhaps `DiskFul` is meant."
    assert second.kind.name == "no-procedure"


def test_what_can_be_done_is_said_of_the_thing_that_it_is_about() -> None:
    def told(*rules: Rule, known: Known | None = None, **other: object) -> list[tuple[str, ...]]:
        found = gaps(Rules(rules), {FILE: disk_full(**other)}, known or Known(), TODAY)
        return [(one.kind.name, one.about, one.message, one.advice) for one in found]

    name_it = "Name it under `alerts:` of the procedure for it."
    assert told(rule(), rule("DiskFul")) == [
        (
            *("no-procedure", "DiskFul", "no procedure names this alert"),
            f"One names `DiskFull`. {name_it}",
        )
    ]
    assert told(rule(), alerts=["DiskFull", "Zebra"]) == [
        ("alert-gone", "disk-full", "no rule has the alert `Zebra`", "Take it out.")
    ]
    assert told(rule(runbook="see the wiki")) == [
        (
            *("no-link", "DiskFull", "`see the wiki` is no address"),
            "Write an address that begins with https://.",
        )
    ]
    (target,) = {one.target for one in disk_full().checks.values()}
    assert told(rule(), known=Known(targets=())) == [
        (
            *("no-target", "disk-full", f"its checks ask `{target}`, which is not configured"),
            "Add it to the file of RUNBOOK_TARGETS.",
        )
    ]
    drilled = {"disk-full": Use(runs=1)}
    (gap,) = told(rule(), known=Known(use=drilled), drill_every="90d")
    assert gap[:3] == ("never-drilled", "disk-full", "it was never drilled")
    assert "disk-full" in gap[3]
    skipped = {"disk-full": Use(3, 1, 3, {"Free the disk": 3})}
    assert told(rule(), known=Known(use=skipped)) == [
        (
            *("always-skipped", "disk-full"),
            "`Free the disk` was skipped in each of the last 3 runs",
            "take the step out, or say why it is there",
        )
    ]


def test_nothing_is_said_to_be_gone_where_a_file_was_not_read() -> None:
    unread = Rules((rule("Other"),), ((Place("bad.yaml", 3, 1), "it is not YAML"),))
    kinds = [gap.kind.name for gap in gaps(unread, {FILE: disk_full()}, Known(), TODAY)]
    assert kinds == ["unreadable", "no-procedure"]


@pytest.mark.parametrize(
    ("link", "kind", "words"),
    [
        ("https://wiki.example.com/DiskFull", None, ""),
        ("https://github.com/acme/rules/blob/main/there.md", None, ""),
        ("https://github.com/acme/rules/blob/main/gone.md", "dead-link", "it is gone"),
        ("gone.md", "dead-link", "it is gone"),
        ("there.md", "relative-link", "is a path"),
        ("see the wiki", "no-link", "is no address"),
        ("javascript:alert(1)", "no-link", "is no address"),
        ("https://wiki/{{ $labels.job }}", "not-looked-at", "made when the alert fires"),
    ],
)
def test_a_link_is_told_as_what_it_is(link: str, kind: str | None, words: str) -> None:
    there = {
        Link(Where.WITHIN, ("gone.md",)): "it is gone",
        Link(Where.RELATIVE, ("gone.md",)): "it is gone",
        Link(Where.WITHIN, ("there.md",)): "",
    }
    told = found(rule(runbook=link), known=Known(repository=HERE, there=there))
    assert [one[0] for one in told] == ([kind] if kind else [])
    assert all(words in one[2] for one in told)


def test_what_is_elsewhere_is_dead_only_where_it_said_so() -> None:
    gone, well = "https://wiki.example.com/gone", "https://wiki.example.com/well"
    known = Known(answers={gone: "it answers 404", well: ""})
    assert found(rule(runbook=gone), rule(runbook=well), known=known) == [
        ("dead-link", "DiskFull", f"`{gone}`: it answers 404")
    ]


def test_checks_of_a_target_that_is_not_configured_are_told() -> None:
    procedures = {FILE: disk_full()}
    targets = {one.target for one in procedures[FILE].checks.values()}
    assert targets
    unknown = gaps(Rules((rule(),)), procedures, Known(targets=()), TODAY)
    assert {gap.kind.name for gap in unknown} == {"no-target"}
    assert len(unknown) == len(targets)
    assert gaps(Rules((rule(),)), procedures, Known(targets=targets), TODAY) == ()


@pytest.mark.parametrize(
    ("reviewed", "told"),
    [
        (None, "a review is asked for, and none is on record"),
        (TODAY - timedelta(days=30), ""),
        (TODAY - timedelta(days=31), "the review is 1d overdue"),
    ],
)
def test_a_review_is_overdue_on_the_day_after_its_last(reviewed: date | None, told: str) -> None:
    other: dict[str, Any] = {"reviewed": reviewed.isoformat()} if reviewed else {}
    gap = found(rule(), review_every="30d", known=None, **other)
    assert [one[2] for one in gap] == ([told] if told else [])


@pytest.mark.parametrize(
    ("use", "kinds"),
    [
        (Use(), ["never-run"]),
        (Use(runs=1, drills=1), []),
        (Use(drills=1), []),
        (Use(runs=1), ["never-drilled"]),
        (Use(3, 1, 3, {"Free the disk": 3, "Tell them": 2}), ["always-skipped"]),
        (Use(2, 1, 2, {"Free the disk": 2}), []),
    ],
)
def test_what_was_never_tried_is_told_where_the_record_was_read(use: Use, kinds: list[str]) -> None:
    told = found(rule(), known=Known(use={"disk-full": use}), drill_every="90d")
    assert [one[0] for one in told] == kinds
    assert found(rule(), drill_every="90d") == []


def one_of_each() -> tuple[Gap, ...]:
    return tuple(
        Gap(kind, Place("a b/rüles.yaml", 3, 7), "Disk\u202eFull", "it \x1b[31mis\n so", "no")
        for kind in KINDS.values()
    )


def test_lines_for_people_have_no_control_character_and_a_place_each() -> None:
    told = text(Rules((rule(),)), one_of_each())
    assert all(c.isprintable() or c == "\n" for c in told)
    assert told.count("a b/rüles.yaml:3:7:") == len(KINDS)
    assert told.splitlines()[-1] == "alerts with a procedure: 1 of 1; 4 errors, 4 warnings, 4 notes"


def test_json_has_every_gap_with_its_place() -> None:
    report = json.loads(as_json(Rules((rule(), rule("Slow"))), one_of_each()[:1]))
    assert report["schema"] == "coverage/v1"
    assert (report["alerts"], report["covered"]) == (2, 2)
    assert report["gaps"][0] | {"message": "", "advice": ""} == {
        "kind": "unreadable",
        "level": "error",
        "file": "a b/rüles.yaml",
        "line": 3,
        "column": 7,
        "about": "Disk\u202eFull",
        "message": "",
        "advice": "",
    }


def test_sarif_names_each_rule_once_and_every_place() -> None:
    report = json.loads(sarif(one_of_each(), "1.2.3"))
    (run,) = report["runs"]
    assert report["version"] == "2.1.0"
    ids = [one["id"] for one in run["tool"]["driver"]["rules"]]
    assert ids == list(KINDS)
    for result, kind in zip(run["results"], KINDS.values(), strict=True):
        assert result["ruleId"] == ids[result["ruleIndex"]] == kind.name
        assert result["level"] == kind.level
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "a%20b/r%C3%BCles.yaml"
        assert place["region"] == {"startLine": 3, "startColumn": 7}


def test_sarif_has_the_shape_that_forges_read() -> None:
    gap = Gap(KINDS["no-target"], Place("https://p/rules", 3, 7), "disk-full", "it asks `t`")
    report = json.loads(sarif((gap, replace(gap, advice="Add it.")), "1.2.3"))
    assert report["$schema"] == "https://json.schemastore.org/sarif-2.1.0.json"
    (run,) = report["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("runbook coverage", "1.2.3")
    assert {one["id"]: one["defaultConfiguration"]["level"] for one in driver["rules"]} == {
        kind.name: kind.level for kind in KINDS.values()
    }
    assert all(one["shortDescription"]["text"] for one in driver["rules"])
    assert [one["message"]["text"] for one in run["results"]] == [
        "disk-full: it asks `t`.",
        "disk-full: it asks `t`. Add it.",
    ]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "https://p/rules"}
    assert list(run["results"][0]["partialFingerprints"]) == ["gap/v1"]


def test_a_gap_that_moved_in_its_file_keeps_its_fingerprint() -> None:
    gap = one_of_each()[0]
    moved = replace(gap, at=gap.at._replace(line=99))
    prints = [
        one["partialFingerprints"]
        for one in json.loads(sarif((gap, moved), ""))["runs"][0]["results"]
    ]
    assert prints[0] == prints[1]


def test_the_summary_counts_each_alert_once() -> None:
    rules = Rules((rule(), rule("Slow"), rule("Slow", line=9)))
    told = summary(rules, gaps(rules, {FILE: disk_full()}, Known(), TODAY))
    assert told == "alerts with a procedure: 1 of 2; 0 errors, 1 warning, 0 notes"


def test_the_guide_has_every_kind_and_its_level() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", GUIDE.read_text(), re.MULTILINE)
    assert rows == [(kind.name, kind.level) for kind in KINDS.values()]
