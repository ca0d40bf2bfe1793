"""The shipped procedures: clean, one page each, whole, and printed in the docs as they are."""

import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.core.documents.printing import PAGE_LINES, book, page_lines, printed
from bot.core.engine.decide import Refused
from bot.core.engine.starting import invalid_inputs, settle
from bot.core.markup.faces import TEXT
from bot.core.procedure import Decide, Procedure
from bot.core.procedure.schema import DIALECT, schema
from bot.core.views import forms
from bot.edges.library import Library, read

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "procedures").glob("*.yaml"))
DAY = date(2026, 11, 27)


def shelf() -> list[Procedure]:
    library = Library(ROOT / "procedures", today=lambda: DAY)
    library.refresh()
    assert [str(problem) for problem in library.problems()] == []
    return [loaded.procedure for loaded in library.all()]


def test_there_is_one_for_each_known_failure() -> None:
    assert [p.id for p in shelf()] == ["crash-recovery", "key-compromise", "partition-recovery"]


@pytest.mark.parametrize("procedure", shelf(), ids=lambda p: p.id)
def test_each_is_whole_and_on_one_page(procedure: Procedure) -> None:
    assert page_lines(procedure) <= PAGE_LINES
    assert procedure.symptoms
    assert procedure.verification
    assert procedure.prevention
    assert all(len(placed.step.id) <= 12 for placed in procedure.leaves()), "ids stand on buttons"


SAID = {
    "crash-recovery": [
        "process of a node died",
        "is `cut off`, stop: that is",
        "partial issuance is suspected",
        "./civictrust restart",
        "recover_partial_issuances()",
        "./civictrust recover --check-partial",
        "Verify the state hash",
        "No orphaned entries in the CAS",
        "log is consistent",
    ],
    "partition-recovery": [
        "A node is unreachable",
        "crash-recovery node={{ node }}",
        "Writes continue on the remaining quorum",
        "Diagnose the network issue",
        "Restore connectivity",
        "Monitor the catch-up",
        "state hashes match on all nodes",
        "All nodes have identical state hashes",
    ],
    "key-compromise": [
        "Suspected or confirmed key leak",
        "Revoke the key immediately",
        "Generate a new key",
        "Register the new key",
        "Identify the documents signed with the compromised key",
        "Re-issue the critical documents with the new key",
        "Notify the affected parties",
        "cannot sign",
        "{{ new_key_id }} can sign",
        "is flagged",
        "Call security before a new key is trusted",
        "With 2/3, go on",
    ],
}


@pytest.mark.parametrize("procedure", shelf(), ids=lambda p: p.id)
def test_each_says_what_an_operator_must_know(procedure: Procedure) -> None:
    page = printed(TEXT, procedure)
    assert [words for words in SAID[procedure.id] if words not in page] == []


def test_what_cannot_be_undone_is_marked() -> None:
    dangerous = [(p.id, leaf.step.id) for p in shelf() for leaf in p.leaves() if leaf.step.danger]
    assert dangerous == [("key-compromise", "revoke")]


@pytest.mark.parametrize("procedure", shelf(), ids=lambda p: p.id)
def test_no_value_reaches_a_command_unasked_and_no_step_leaves_people_alone(
    procedure: Procedure,
) -> None:
    """A default would be typed by someone whose node is another."""
    assert all(i.required and i.default is None for i in procedure.inputs.values())
    assert all("./civictrust" in i.description for i in procedure.inputs.values())
    steps = [leaf.step for leaf in procedure.leaves() if not isinstance(leaf.step, Decide)]
    assert [step.id for step in steps if not step.on_failure] == []
    assert all(check.by_hand for check in procedure.checks.values())
    assert procedure.where
    assert procedure.owner
    assert procedure.owner.page


def test_without_the_new_key_the_form_opens_with_the_old_one_filled_in() -> None:
    procedure = next(p for p in shelf() if p.id == "key-compromise")
    assert settle(procedure, {"key_id": "key-a"}).missing == ["new_key_id"]
    view = forms.inputs(procedure, {"key_id": "key-a"}, channel="C1", another=False)
    fields = {b["block_id"]: b for b in view["blocks"] if b["type"] == "input"}
    assert fields["key_id"]["element"]["initial_value"] == "key-a"
    assert "initial_value" not in fields["new_key_id"]["element"]
    assert "Must differ from “Compromised key" in fields["new_key_id"]["hint"]["text"]
    assert "Where: The admin host" in str(view)
    same = {"key_id": "key-a", "new_key_id": "key-a"}
    assert invalid_inputs(procedure, same) == {"new_key_id": "must differ from key_id"}
    with pytest.raises(Refused, match="`new_key_id` must differ from key_id"):
        settle(procedure, same)
    assert settle(procedure, {**same, "new_key_id": "key-b"}).missing == []


def test_the_printed_runbook_is_up_to_date() -> None:
    printed = (ROOT / "docs" / "recovery-runbook.txt").read_text()
    assert printed == book(shelf()), "run `make docs`"


def test_the_published_schema_is_up_to_date() -> None:
    published = json.loads((ROOT / "docs" / "procedure.schema.json").read_text())
    assert published == schema(), "run `make docs`"
    assert published["$schema"] == DIALECT
    Draft202012Validator.check_schema(published)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_fits_the_schema_and_names_it(file: Path) -> None:
    document = read(file.read_bytes(), file.name).document
    assert document is not None
    assert list(Draft202012Validator(schema()).iter_errors(document.data)) == []
    first = file.read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=../docs/procedure.schema.json"


def test_every_key_of_the_schema_explains_itself() -> None:
    """An editor shows these words; a key without them would be the only one that does not."""
    parts = [schema(), *schema()["$defs"].values()]
    mute = [
        (part["title"], key)
        for part in parts
        for key, known in part["properties"].items()
        if not known.get("description")
    ]
    assert mute == []
