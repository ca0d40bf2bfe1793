"""What is sealed is read back as it was, and leaves nothing of itself in what is hashed."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.run import events as e
from bot.core.sealing.body import is_sealed, opened, seal, unseal
from bot.core.sealing.people import APART, People, canonical
from tests.core.sealing.room import Vault, salts
from tests.core.strategies import ANA, BEN, START
from tests.core.test_completeness import story

TEXTS = (
    "plain",
    "",
    "<@U0BEN> has it",
    "<@U0BEN|ben> and <@U0ANA>, twice <@U0BEN|ben>",
    "<@> <@U0BEN <@U0BEN||> <!here> <#C1|x>",
    "U012345678 and xU012345678, W0ABCDEFGH.",
    'quotes " and \\ and \u2028 and \x00 and "seal":"x"',
    "person 2 (erased)",
)


def note(text: str, by: e.Person = ANA) -> e.NoteAdded:
    return e.NoteAdded(by=by, text=text)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    people = People()
    made = seal(note(text), people, salts())
    assert unseal(made.body, made.beside, People(str(people))) == note(text)


@given(st.text(st.sampled_from('<@U0BEN|>W1234567890 \n\\"é')))
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    people = People()
    made = seal(note(text), people, salts())
    assert unseal(made.body, made.beside, People(str(people))) == note(text)


def test_every_fact_is_read_back_byte_for_byte() -> None:
    people, give = People(), salts()
    for fact in story()[0].facts:
        made = seal(fact.event, people, give)
        assert is_sealed(made.body)
        whole = canonical(e.plain(fact.event, alone=True))
        assert opened(made.body, made.beside, people) == whole


def test_a_person_is_the_same_token_throughout_a_run_and_another_in_the_next() -> None:
    people, give = People(), salts()
    faces = [
        json.loads(seal(note("x", by), people, give).body)["by"].partition(APART)[0]
        for by in (ANA, BEN, ANA, e.Person(id="U0ANA"))
    ]
    assert faces[0] == faces[2] == faces[3] != faces[1]
    other = json.loads(seal(note("x"), People(), give).body)["by"].partition(APART)[0]
    assert other != faces[0]


def test_the_same_words_are_another_commitment_each_time() -> None:
    people, give = People(), salts()
    one, two = (seal(note("the same"), people, give) for _ in range(2))
    assert one.body != two.body


def test_what_is_hashed_has_no_word_and_no_person() -> None:
    said: list[e.Event] = [
        note("canary-1 <@U0CANARY|canary-2> U0CANARY99", e.Person(id="U0C3", name="c4")),
        e.StepTaken(step="s", by=ANA, confirmed="canary-5"),
        e.RunKeptOpen(by=ANA, lacking={"check:up": "canary-6"}),
        e.CheckObserved(
            request="c1",
            check="up",
            green=False,
            final=True,
            reason="canary-7",
            seen=(e.Seen(expectation="canary", member="canary", held=False, seen="c10"),),
            advance=e.Advance(now=4242.5, goal=9393.5),
        ),
    ]
    facts = [e.Fact("KC-7", n, START, event, "") for n, event in enumerate(said, start=1)]
    vault = Vault(facts)
    bodies = "\n".join(row.body for row in vault.rows)
    for canary in ("canary", "CANARY", "U0C3", '"c4"', "U0ANA", '"c10"', "4242", "9393"):
        assert canary not in bodies
        assert canary in vault.text
    vault.erase([1, 2, 3, 4], People(vault.people).tokens)
    for canary in ("canary", "CANARY", "U0C3", '"c4"', "U0ANA", '"c10"', "4242", "9393"):
        assert canary not in vault.text


def test_who_is_erased_goes_out_of_anothers_words() -> None:
    people = People()
    made = seal(note("ask <@U0BEN|ben>, not <@U0ANA>; U0BEN99999"), people, salts())
    (token,) = [t for t in people.tokens if people.id(t) == "U0BEN"]
    people.drop(token)
    event = unseal(made.body, made.beside, people)
    assert isinstance(event, e.NoteAdded)
    assert event.text == "ask person 2 (erased), not <@U0ANA>; U0BEN99999"
    assert event.by == ANA


def test_figures_that_were_seen_leave_nothing_in_their_place() -> None:
    event = e.CheckObserved(
        request="c1", check="up", green=True, final=True, seen=(), advance=e.Advance(now=1, goal=2)
    )
    people = People()
    made = seal(event, people, salts())
    assert unseal(made.body, None, people) == event.model_copy(update={"advance": None})


@pytest.mark.parametrize(
    ("body", "beside"),
    [
        ('{"by":7,"kind":"note_added","seal":"","text":0,"v":1}', None),
        ('{"by":"t","kind":"note_added","seal":"x","text":0,"v":1}', '{"salt":"","values":[]}'),
        ('{"by":"t","kind":"note_added","seal":"x","text":"0","v":1}', '{"salt":"","values":[1]}'),
        ('{"by":"t","kind":"note_added","seal":"x","text":0,"v":1}', '{"salt":"","values":[["t"'),
        ('{"kind":"unheard_of","seal":"","v":1}', None),
    ],
)
def test_what_was_damaged_is_not_read(body: str, beside: str | None) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever of them
        unseal(body, beside, People())


def test_a_plain_body_is_told_from_a_sealed_one_whatever_it_says() -> None:
    bodies: Sequence[e.Event] = (
        note('"seal":"x"'),
        e.ClosingRequested(by=ANA, reasons={"seal": "x"}),
    )
    assert not [body for body in bodies if is_sealed(e.dump(body))]
