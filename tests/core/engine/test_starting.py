"""What it takes to start a run: values that fit, and letters for its id."""

from typing import Any

import pytest

from bot.core.acting.start_form import inputs
from bot.core.engine.decide import Refused
from bot.core.engine.starting import Begun, invalid_inputs, line, prefix, settle, started
from bot.core.procedure import Loaded, Procedure
from bot.core.words.grammar import read
from bot.core.words.requests import Start
from tests.core.drawn import harmless
from tests.core.story import PROCEDURE
from tests.core.strategies import ANA


@pytest.mark.parametrize(
    ("procedure", "letters"),
    [
        ("key-compromise", "KC"),
        ("partition-recovery", "PR"),
        ("crash-recovery", "CR"),
        ("crash", "CR"),
        ("a", "A"),
        ("one-two-three-four-five", "OTTF"),
        ("5xx-errors", "XX"),
        ("s3-is-down", "SID"),
        ("404", "R"),
        ("a--b", "AB"),
    ],
)
def test_a_runs_letters_come_from_the_procedures_name(procedure: str, letters: str) -> None:
    assert prefix(procedure) == letters


def with_inputs(**inputs: dict[str, object]) -> Procedure:
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "p",
            "title": "P",
            "symptoms": ["S"],
            "inputs": inputs,
            "steps": [{"id": "s", "title": "S", "do": "It."}],
        }
    )


MANY = with_inputs(
    key_id={"description": "K", "pattern": "key-[a-z]+", "required": True},
    place={"description": "P", "enum": ["here", "there"], "default": "here"},
    why={"description": "W"},
)


def test_defaults_are_filled_in_and_what_is_not_required_may_stay_empty() -> None:
    settled = settle(MANY, {"key_id": "key-a"})
    assert settled.values == {"key_id": "key-a", "place": "here", "why": ""}
    assert settled.missing == []
    assert settle(MANY, {"key_id": "key-a", "place": "there"}).values["place"] == "there"


def test_what_is_required_and_not_given_is_missing() -> None:
    assert settle(MANY, {}).missing == ["key_id"]
    assert settle(PROCEDURE, {"new_key_id": "key-b"}).missing == ["key_id"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kye_id": "key-a"}, "`p` has no input `kye_id`. Did you mean `key_id`?"),
        ({"zzz": "1"}, "Its inputs: `key_id`, `place`, `why`."),
        ({"key_id": "<!channel>"}, "`key_id` must look like key-a; you gave `&lt;!channel&gt;`."),
        ({"place": "nowhere"}, "`place` must be one of here, there; you gave `nowhere`."),
        ({"why": "a\nb"}, "`why` must be one line"),
        ({"z" * 4_000: "1"}, "has no input `zzz"),
    ],
)
def test_a_name_or_value_that_does_not_fit_is_refused(given: dict[str, str], words: str) -> None:
    with pytest.raises(Refused) as refused:
        settle(MANY, given)
    assert words in str(refused.value)
    assert len(str(refused.value)) < 400
    harmless(str(refused.value))


PAIR = with_inputs(
    old={"description": "Old", "required": True},
    new={"description": "New", "required": True, "differs_from": "old"},
)


def test_a_value_that_must_differ_from_another_is_refused_when_it_does_not() -> None:
    with pytest.raises(Refused, match="`new` must differ from old; you gave `key-a`"):
        settle(PAIR, {"old": "key-a", "new": "key-a"})
    assert invalid_inputs(PAIR, {"old": "key-a", "new": "key-a"}) == {"new": "must differ from old"}
    assert settle(PAIR, {"old": "key-a", "new": "key-b"}).missing == []
    assert settle(PAIR, {"old": "key-a"}).missing == ["new"]


def test_a_value_that_must_differ_from_a_default_is_refused_too() -> None:
    spare = with_inputs(
        old={"description": "Old", "default": "key-a"},
        new={"description": "New", "required": True, "differs_from": "old"},
    )
    assert invalid_inputs(spare, {"new": "key-a"}) == {"new": "must differ from old"}
    assert invalid_inputs(spare, {"new": "key-b"}) == {}


def test_two_that_may_stay_empty_do_not_have_to_differ_in_that() -> None:
    empty = with_inputs(old={"description": "Old"}, new={"description": "N", "differs_from": "old"})
    assert settle(empty, {"old": "", "new": ""}).values == {"old": "", "new": ""}


LISTS = with_inputs(
    nodes={"description": "N", "pattern": "node-[0-9]", "required": True, "list": True},
    places={
        "description": "P",
        "enum": ["here", "there", "far"],
        "default": "here,far",
        "list": True,
    },
)


@pytest.mark.parametrize("typed", ["node-1,node-2", " node-1 , node-2,", "node-1\r\nnode-2\n"])
def test_a_list_is_recorded_in_one_form_however_it_was_typed(typed: str) -> None:
    assert settle(LISTS, {"nodes": typed}).values == {
        "nodes": "node-1,node-2",
        "places": "here,far",
    }
    assert settle(LISTS, {"nodes": " , "}).missing == ["nodes"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"nodes": "node-1,node-x"}, "`nodes` has node-x, and each entry must match node-[0-9]"),
        ({"nodes": "node-1, node-1"}, "`nodes` has node-1 twice; you gave `node-1,node-1`"),
        ({"nodes": ",".join(f"node-{n}" for n in range(60))}, "`nodes` has 60 entries, and 50"),
        (
            {"places": "here, nowhere"},
            "has nowhere, and each entry must be one of here, there, far",
        ),
        ({"places": "x" * 151}, "`places` has an entry of more than 150 characters"),
    ],
)
def test_each_entry_of_a_list_is_held_to_what_fits(given: dict[str, str], words: str) -> None:
    with pytest.raises(Refused) as refused:
        settle(LISTS, {"nodes": "node-3", **given})
    assert words in str(refused.value)
    assert len(str(refused.value)) < 500


def test_the_form_of_a_list_has_a_line_for_each_or_all_that_can_be_chosen() -> None:
    nodes, places = inputs(LISTS, {"nodes": "node-1, node-2"}, channel="C1", another=False)[
        "blocks"
    ]
    assert nodes["element"]["multiline"]
    assert nodes["element"]["initial_value"] == "node-1\nnode-2"
    assert "One on each line, or with commas between them; 50 at most" in nodes["hint"]["text"]
    assert places["element"]["type"] == "multi_static_select"
    chosen = [one["value"] for one in places["element"]["initial_options"]]
    assert chosen == ["here", "far"]


def test_a_procedure_without_inputs_says_so() -> None:
    with pytest.raises(Refused, match="Its inputs: none"):
        settle(with_inputs(), {"a": "b"})


def test_the_first_fact_carries_the_whole_procedure() -> None:
    loaded = Loaded(PROCEDURE, "schema: procedure/v1\n", "5" * 64, "p.yaml")
    fact = started(loaded, {"key_id": "key-a"}, Begun("C1", "T1"), ANA)
    assert (fact.procedure, fact.source, fact.source_sha256) == (PROCEDURE, loaded.source, "5" * 64)
    assert (fact.inputs, fact.channel, fact.team, fact.by) == ({"key_id": "key-a"}, "C1", "T1", ANA)


KEYS = with_inputs(
    key_id={"description": "K", "pattern": "key-[a-z0-9]+", "required": True},
    new_key_id={
        "description": "N",
        "pattern": "key-[a-z0-9]+",
        "required": True,
        "differs_from": "key_id",
    },
    why={"description": "W", "default": "a leak"},
)


@pytest.mark.parametrize(
    ("given", "strays", "shown"),
    [
        ({}, "key-b", "/runbook p key_id=key-b new_key_id=key-a"),
        ({}, "", "/runbook p key_id=key-a new_key_id=key-b"),
        ({}, "compromise", "/runbook p key_id=key-a new_key_id=key-b"),
        ({"key_id": "KEY-A"}, "", "/runbook p key_id=key-a new_key_id=key-b"),
        ({}, "--key_id=key-c --new_key_id=key-d", "/runbook p key_id=key-c new_key_id=key-d"),
        ({}, "key_id:key-c new-key-id=KEY-D", "/runbook p key_id=key-c new_key_id=key-d"),
        ({}, "old=<key-c>, new=key-d", "/runbook p key_id=key-a new_key_id=key-d"),
        (
            {"KEY_ID": "key-c", "NEW_KEY_ID": "key-d"},
            "",
            "/runbook p key_id=key-c new_key_id=key-d",
        ),
        (
            {"key_id": "key-c,", "new_key_id": "`key-d`."},
            "",
            "/runbook p key_id=key-c new_key_id=key-d",
        ),
        (
            {"key_id": "key-c", "why": "two words"},
            "",
            '/runbook p key_id=key-c new_key_id=key-a why="two words"',
        ),
    ],
)
def test_the_line_to_type_is_whole_and_can_be_used_as_it_is(
    given: dict[str, str], strays: str, shown: str
) -> None:
    made = line("/runbook", KEYS, given, strays.split())
    assert made == shown
    meant = read(made.removeprefix("/runbook "), {"p"})
    assert isinstance(meant, Start)
    assert settle(KEYS, meant.inputs).missing == []


NODES = ["node-1", "node-2", "node-3"]


@pytest.mark.parametrize(
    ("options", "given", "stray", "shown"),
    [
        (NODES, {"node": "node2"}, "", "node-2"),
        (NODES, {"node": "NODE-3"}, "", "node-3"),
        (NODES, {}, "node-2", "node-2"),
        (NODES, {"node": "node-9"}, "", "node-1|node-2|node-3"),
        (NODES, {}, "", "node-1|node-2|node-3"),
        (["the only one"], {}, "", '"the only one"'),
        ([f"n{number}" for number in range(9)], {}, "", "…"),
    ],
)
def test_the_line_to_type_chooses_nothing_for_people(
    options: list[str], given: dict[str, str], stray: str, shown: str
) -> None:
    """A command is typed at what stands there: the first of a list may be a healthy one."""
    made = with_inputs(node={"description": "N", "enum": options, "required": True})
    assert line("/runbook", made, given, [stray] if stray else []) == f"/runbook p node={shown}"


def test_the_form_gives_two_values_that_must_differ_examples_that_do() -> None:
    hints = [b["hint"]["text"] for b in _form(KEYS)["blocks"] if "hint" in b]
    assert hints == ["Such as key-a", "Such as key-b. Must differ from “K”"]
    hints = [b["hint"]["text"] for b in _form(KEYS, key_id="key-b")["blocks"] if "hint" in b]
    assert hints == ["Such as key-a", "Such as key-a. Must differ from “K”"]


def _form(procedure: Procedure, **given: str) -> dict[str, Any]:
    return dict(inputs(procedure, given, channel="C1", another=False))


def test_a_refusal_says_what_to_type_instead() -> None:
    with pytest.raises(Refused) as refused:
        settle(KEYS, {"keyid": "key-c"})
    assert "Did you mean `key_id`?" in str(refused.value)
    right = "/runbook p key_id=key-c new_key_id=key-a"
    assert str(refused.value).endswith(f" Type `{right}`")
    with pytest.raises(Refused) as refused:
        settle(KEYS, {"key_id": "KEY-A", "new_key_id": "key-d"})
    assert str(refused.value) == (
        "`key_id` must look like key-a; you gave `KEY-A`. "
        "Type `/runbook p key_id=key-a new_key_id=key-d`"
    )
