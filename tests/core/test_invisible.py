"""What nobody sees: found by what Unicode says of it, and gone from people's words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused, decide
from bot.core.engine.starting import invalid_inputs, settle
from bot.core.invisible import find, name, seen
from bot.core.run import events as e
from bot.core.words.grammar import read
from tests.core.story import PROCEDURE
from tests.core.strategies import ANA, START, Desk
from tests.edges.library.test_reader import SEEN, UNSEEN


@pytest.mark.parametrize("hidden", UNSEEN, ids=lambda c: f"U+{ord(c):04X}")
def test_what_is_hidden_goes_and_what_stands_around_it_stays(hidden: str) -> None:
    assert find(f"a{hidden}b") == 1
    assert name(hidden).startswith(f"U+{ord(hidden):04X}")
    assert seen(f"a{hidden}b") == ("a\nb" if hidden == "\r" else "ab")


@pytest.mark.parametrize("text", SEEN)
def test_what_is_seen_stays(text: str) -> None:
    assert find(text) is None
    assert seen(text) == text


def test_half_a_character_is_a_replacement_character_and_lines_are_plain() -> None:
    assert seen("a\ud83db") == "a\ufffdb"
    assert seen("a\r\nb\rc\td") == "a\nb\nc\td"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_nothing_raises_and_what_is_left_is_seen(text: str) -> None:
    left = seen(seen(text))
    left.encode()
    for character in left:
        assert character in "\t\n\u200c\u200d" or unicodedata.category(character) not in (
            "Cc",
            "Cs",
        )


def test_peoples_words_are_recorded_as_they_are_seen() -> None:
    run = Desk(PROCEDURE, key_id="key-a", new_key_id="key-b").run
    (fact,) = decide(
        run, c.AddNote(by=ANA, step=None, text="call\u202e the\0 \ud83dbank\u200b"), START
    )
    assert isinstance(fact, e.NoteAdded)
    assert fact.text == "call the \ufffdbank"


@pytest.mark.parametrize("words", ["\u200b", "\u3164\u2800", " \u2066 \n", "\0"])
def test_words_that_nobody_sees_are_none(words: str) -> None:
    run = Desk(PROCEDURE, key_id="key-a", new_key_id="key-b").run
    with pytest.raises(Refused, match="the note is empty"):
        decide(run, c.AddNote(by=ANA, step=None, text=words), START)


def test_a_name_turns_nothing_around() -> None:
    assert e.Person(id="U1", name="ana\u202e\u200b").name == "ana"
    assert e.Person(id="U1").name is None


def test_what_is_typed_and_what_is_given_is_read_as_it_is_seen() -> None:
    typed = "key-compromise\u200b key_id=key-a\u200b new_key_id=\u2066key-b"
    meant = {"key_id": "key-a", "new_key_id": "key-b"}
    assert getattr(read(typed, {"key-compromise"}), "inputs", None) == meant
    assert invalid_inputs(PROCEDURE, {"key_id": "key-a\ufeff"}) == {}
    assert settle(PROCEDURE, {"key_id": "key-a\ufeff"}).values["key_id"] == "key-a"
    assert settle(PROCEDURE, {"key_id": "\u3164"}).missing == ["key_id"]
