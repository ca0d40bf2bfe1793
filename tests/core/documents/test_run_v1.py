"""`run/v1`: a run as data, which is followed without the record, and betrays what was changed."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.documents.postmortem.talk import NOTHING, LeftOut, Said
from bot.core.documents.run_v1.model import By, schema
from bot.core.documents.run_v1.writing import Found, Kept, audited, is_one, written
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.secrets import Secret
from tests.core.hostile import HOSTILE
from tests.core.living import live
from tests.core.procedure_strategies import procedures
from tests.core.sealing.room import Vault
from tests.core.story import EXPORTED, NAMES, SAID, key_compromise
from tests.core.strategies import ANA, BEN, CHO, Desk
from tests.profiles import examples

VERSION = "0.2.0"
BY = By(at=EXPORTED, version=VERSION, names=NAMES)
PUBLISHED = Path(__file__).resolve().parents[3] / "docs" / "run.schema.json"
PINNED = Path(__file__).with_name("run-v1.json")
NOT_OF_THE_RECORD = ("thread", "by", "record")


def text_of(
    vault: Vault, said: tuple[Said, ...] | None = SAID, left_out: LeftOut = NOTHING, by: By = BY
) -> str:
    kept = Kept("KC-7", vault.rows, vault.people, vault.checked())
    return written(kept, by, said, left_out)


def audit(text: str, version: str = VERSION) -> Found:
    return audited(text, version)


def reopened() -> Desk:
    """The story, which goes on."""
    desk = key_compromise()
    desk.do(c.Reopen(BEN, "another permit"))
    return desk


@pytest.fixture(scope="module")
def story() -> str:
    return text_of(Vault(key_compromise().facts))


def test_the_story_is_there_and_its_file_is_followed(story: str) -> None:
    data = json.loads(story)
    assert is_one(story)
    assert (data["schema"], data["id"], data["outcome"]) == ("run/v1", "KC-7", "recovered")
    assert [one["number"] for one in data["steps"]] == ["1", "2.1", "2.2", "3", "4", "5"]
    assert data["steps"][0]["seconds"] == 70
    assert data["record"]["head"] == data["chain"]["entries"][-1]["hash"]
    assert {one["name"]: one["at"] for one in data["times"]}["recovered"] == "2026-11-01T03:48:23Z"
    assert data["thread"]["messages"][0]["text"] == "Support sent two permits that nobody issued :("
    found = audit(story)
    assert found.well
    assert len(found.checked.hashes) == 34
    assert not found.withheld


def test_it_is_as_its_schema_says(story: str) -> None:
    jsonschema.Draft202012Validator(schema()).validate(json.loads(story))
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == schema()


def test_what_programs_rely_on_only_grows() -> None:
    """A key that was there once stays, with its type; one that was always there is always there.

    The pinned schema is renewed where keys come: copy docs/run.schema.json over it.
    """
    _grows(json.loads(PINNED.read_text(encoding="utf-8")), schema(), "")


def _grows(old: Any, new: Any, path: str) -> None:
    if isinstance(old, dict):
        assert isinstance(new, dict), path
        for name, value in old.items():
            if name in ("description", "title", "default"):
                continue
            assert name in new, f"{path}/{name}"
            if name == "required":
                assert set(value) <= set(new[name]), f"{path}/{name}"
            else:
                _grows(value, new[name], f"{path}/{name}")
    else:
        assert old == new, path


@given(st.data())
@settings(max_examples=examples(40))
def test_any_run_is_written_and_followed(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    live(desk, Random(data.draw(st.integers(0, 1 << 30))), 30)  # noqa: S311 - a test
    text = text_of(Vault(desk.facts))
    assert audit(text).well
    jsonschema.Draft202012Validator(schema()).validate(json.loads(text))
    assert [one["entry"] for one in json.loads(text)["timeline"]] == [f.seq for f in desk.facts]


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    else:
        yield path


def _changed(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str() if (at := re.search(r"\d(?=\D*$)", value)) is not None:
            digit = str((int(at[0]) + 1) % 10)
            return value[: at.start()] + digit + value[at.end() :]
        case str():
            return value + "x"
        case _:
            return "x"


def test_whatever_is_changed_in_it_is_told_of(story: str) -> None:
    """Each value once: a word, a time, a number, a name, a hash, a salt."""
    whole = json.loads(story)
    leaves = [path for path in _leaves(whole) if path[0] not in NOT_OF_THE_RECORD]
    assert len(leaves) > 800
    dice = Random(7)  # noqa: S311 - a test
    for path in dice.sample(leaves, 60):
        data = deepcopy(whole)
        at = data
        for name in path[:-1]:
            at = at[name]
        at[path[-1]] = _changed(at[path[-1]])
        assert not _well(data), path


def _well(data: Any) -> bool:
    try:
        return audit(json.dumps(data)).well
    except ValueError:
        return False


def test_an_entry_that_is_taken_out_moved_or_put_in_is_told_of(story: str) -> None:
    whole = json.loads(story)
    entries = whole["chain"]["entries"]
    for changed in (
        entries[:-1],
        entries[1:],
        [*entries[:5], *entries[6:]],
        [*entries[:5], entries[6], entries[5], *entries[7:]],
        [*entries, entries[-1]],
        [],
    ):
        data = deepcopy(whole)
        data["chain"]["entries"] = changed
        assert not _well(data)


def test_a_part_that_is_left_out_doubled_or_added_is_told_of(story: str) -> None:
    whole = json.loads(story)
    for name in set(whole) - set(NOT_OF_THE_RECORD) - {"schema"}:
        data = deepcopy(whole)
        del data[name]
        assert not _well(data), name
    assert not _well(whole | {"cause": "nobody"})
    doubled = story.replace('"title":', '"title": "Nothing happened",\n "title":', 1)
    assert not audit(doubled).well


def test_what_is_cut_off_in_every_place_cannot_be_told_from_the_file(story: str) -> None:
    """It is a shorter run then, which the record and the board know better."""
    desk = key_compromise()
    shorter = Vault(desk.facts[:-1])
    assert audit(text_of(shorter)).well
    assert json.loads(text_of(shorter))["record"]["head"] != json.loads(story)["record"]["head"]


def test_the_thread_and_the_names_are_as_slack_had_them_and_nobody_can_tell(story: str) -> None:
    data = json.loads(story)
    data["thread"]["messages"][0]["text"] = "Nothing"
    assert audit(json.dumps(data)).well


def test_what_was_erased_is_not_in_it_and_it_follows_all_the_same() -> None:
    desk = key_compromise()
    note = next(f.seq for f in desk.facts if isinstance(f.event, e.NoteAdded))
    vault = Vault(desk.facts)
    assert "out of disk" in text_of(vault)
    vault.tells([note])
    text = text_of(vault)
    assert "out of disk" not in text
    assert "erased on 2026-11-01" in text
    found = audit(text)
    assert found.well
    assert found.checked.erased


def test_a_person_who_was_erased_is_a_number() -> None:
    vault = Vault(key_compromise().facts)
    token = json.loads(vault.people)
    ben = next(key for key, one in token.items() if one["id"] == BEN.id)
    vault.tells([], [ben])
    text = text_of(vault, (), by=BY.model_copy(update={"names": {"U0ANA": "Ana Lima"}}))
    assert BEN.id not in text
    assert "Ben Okoro" not in text
    assert audit(text).well


def _with_secret() -> tuple[Vault, int]:
    desk = reopened()
    desk.do(c.AddNote(None, ANA, "it is hunter2 now"))
    entry = desk.facts[-1].seq
    secret = Secret(where="text", start=6, end=13, what="password")
    desk.do(c.TellSecrets(e.SecretsFound(entry=entry, secrets=(secret,))))
    return Vault(desk.facts), entry


def test_a_secret_is_not_in_it_and_the_file_says_which_words_nobody_can_check() -> None:
    vault, entry = _with_secret()
    text = text_of(vault)
    assert "hunter2" not in text
    found = audit(text)
    assert found.well
    assert found.withheld == [entry]


def test_words_are_withheld_only_where_a_secret_was_found() -> None:
    data = json.loads(text_of(Vault(key_compromise().facts)))
    entry = next(one for one in data["chain"]["entries"] if one["kind"] == "note_added")
    entry["masked"] = e.dump(e.NoteAdded(by=BEN, text="I did nothing", step="generate"))
    entry["beside"] = None
    found = audit(json.dumps(data))
    assert f"the words of entry {entry['number']} are withheld, and no entry says why" in (
        found.checked.faults
    )


def test_what_is_read_of_a_withheld_entry_is_of_the_one_who_wrote_it() -> None:
    vault, entry = _with_secret()
    data = json.loads(text_of(vault))
    one = data["chain"]["entries"][entry - 1]
    masked = json.loads(one["masked"])
    masked["by"] = {"id": BEN.id, "name": "ben"}
    one["masked"] = json.dumps(masked)
    found = audit(json.dumps(data))
    assert f"entry {entry} does not say what is read of it" in found.checked.faults


def test_another_version_does_not_hold_its_own_words_against_those_of_the_file(story: str) -> None:
    data = json.loads(story)
    data["timeline"][3]["words"] = "said otherwise by another version"
    data["more"] = "that another version has"
    assert not audit(json.dumps(data)).well
    assert audit(json.dumps(data), "9.9.9").well
    data["steps"][0]["ended_by"] = CHO.id
    assert not audit(json.dumps(data), "9.9.9").well


def test_whatever_people_write_is_data_in_it_and_nothing_steers_a_terminal() -> None:
    desk = reopened()
    for text in HOSTILE:
        desk.do(c.AddNote(None, ANA, text), timedelta(seconds=1))
    text = text_of(Vault(desk.facts))
    assert audit(text).well
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\u2028]", text)


def test_a_plain_record_of_before_is_followed_as_well() -> None:
    desk = key_compromise()
    vault = Vault(desk.facts)
    vault.people = ""
    vault.rows = [
        replace(row, body=body, beside=None, hash=fact.hash)
        for row, body, fact in zip(vault.rows, desk.bodies, desk.facts, strict=True)
    ]
    kept = Kept("KC-7", vault.rows, "", vault.checked())
    assert audit(written(kept, BY, None, NOTHING)).well


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "run/v2"}', "[" * 100_000])
def test_what_is_no_such_file_is_none(text: str) -> None:
    assert not is_one(text)
