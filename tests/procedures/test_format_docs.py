"""The author's reference is true: its examples pass, its traps trap, and it leaves out no key."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.core.procedure import RESERVED_IDS
from bot.core.procedure.schema import schema
from bot.edges.library import examine_file
from tests.core.lint_case import BASE
from tests.core.lint_tables import written

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "procedure-format.md").read_text()
GUIDE = (ROOT / "docs" / "write-a-procedure.md").read_text()
LINT = (ROOT / "docs" / "reference" / "lint.md").read_text()
TODAY = date(2026, 11, 22)

IN_DOCS = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
WHOLE = [whole for whole in IN_DOCS if "schema:" in whole]
IN_GUIDE = re.findall(r"(?m)^```yaml\n(.*?)^```", GUIDE, re.DOTALL)
PARTS = [part for part in IN_GUIDE if "schema:" not in part]
AROUND = {
    "symptoms": "symptoms: [It is down]\n",
    "steps": "steps: [{ id: one, title: One, do: It. }]\n",
    "verification": "verification: [{ confirm: It is well }]\n",
}
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in DOCS.partition("## Traps of YAML")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| `")
]
PLACES = {
    "run": ("- systemctl status app", ""),
    "expected": ("active", ""),
    "symptom": ("A node does not answer", ""),
    "reviewed": ("2026-11-01", ""),
    "updates": ("impact: Nothing is served.", "impact: Nothing is served.\nupdates: "),
}
"""What of the base file is replaced, and what stays before it."""
INPUT = "inputs:\n  host: { description: Where, pattern: '[a-z]+', required: true }\n"


def said(source: str, name: str = "base.yaml") -> list[str]:
    return [str(problem) for problem in examine_file(source.encode(), name, TODAY).problems]


@pytest.mark.parametrize("source", WHOLE)
def test_every_whole_example_is_clean(source: str) -> None:
    name = re.search(r"^id: (.*)$", source, re.MULTILINE)
    assert name is not None
    assert said(source, f"{name[1]}.yaml") == []


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_guide_is_clean_in_a_procedure(part: str) -> None:
    missing = [text for key, text in AROUND.items() if not re.search(f"(?m)^{key}:", part)]
    source = "schema: procedure/v1\nid: example\ntitle: An example\n" + "".join(missing) + part
    assert said(source, "example.yaml") == []


def test_every_whole_example_of_the_guide_is_clean() -> None:
    whole = [source for source in IN_GUIDE if "schema:" in source]
    assert [said(source, "disk-full.yaml") for source in whole] == [[]]


def test_the_page_that_is_enough_has_a_whole_example_that_is_clean() -> None:
    page = (ROOT / "docs" / "turn-a-runbook.md").read_text("utf-8")
    (whole,) = re.findall(r"(?ms)^```yaml\n(.*?)^```", page)
    assert said(whole, "replica-behind.yaml") == []
    assert len(page.split()) < 1_300, "it is to fit a prompt"


@pytest.mark.parametrize(("place", "written", "says", "instead"), ROWS)
def test_every_trap_is_said_and_its_mend_passes(
    place: str, written: str, says: str, instead: str
) -> None:
    old, before = PLACES[place.strip("`")]
    assert BASE.count(old) == 1
    problems = said(BASE.replace(old, before + written.strip("`")))
    assert any(says in problem for problem in problems), problems
    mended, _, beside = instead.partition(", with an ")
    whole = BASE.replace(old, before + mended.strip("`"))
    assert said(whole.replace("inputs:\n", INPUT) if beside else whole) == []


@pytest.mark.parametrize(
    "file", sorted((ROOT / "docs/examples").glob("*.yaml")), ids=lambda f: f.stem
)
def test_a_long_example_is_clean_but_for_its_length(file: Path) -> None:
    found = examine_file(file.read_bytes(), file.name, TODAY).problems
    assert [str(p) for p in found if "lines when printed" not in p.message] == []


def test_there_are_examples_and_traps() -> None:
    assert len(WHOLE) == 6
    assert len(PARTS) > 4
    assert len(ROWS) > 10


def test_every_key_is_named() -> None:
    parts = [schema(), *schema()["$defs"].values()]
    keys = {key for part in parts for key in part["properties"]}
    assert {key for key in keys if not re.search(rf"`?\b{key}\b`?", DOCS)} == set()


def test_every_reserved_word_is_named() -> None:
    assert {word for word in RESERVED_IDS if f"`{word}`" not in DOCS} == set()


def test_the_list_of_messages_is_complete_and_up_to_date() -> None:
    assert written(LINT) == LINT, "run `make docs`"
