"""What people type, however their phones curl it and Slack escapes it, is read into one request."""

import contextlib
import sys
from collections.abc import Sequence
from types import FrameType
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.acts.registry import ACTS
from bot.core.engine.decide import Refused
from bot.core.procedure import RESERVED_IDS
from bot.core.words.grammar import LONGEST_TEXT, WORDS, read
from bot.core.words.requests import (
    Either,
    Help,
    Listing,
    Nothing,
    Request,
    Search,
    Start,
    Status,
    Thanks,
    Unknown,
    Wish,
)
from bot.core.words.spoken import Spoken, spoken
from bot.core.words.verbs import FIRST, WORDED, phrase
from tests.core.drawn import harmless
from tests.core.strategies import hostile
from tests.core.words.lines import LINES

IDS = frozenset({"p", "key-compromise", "undo", "mark"})
KEY = {"key_id": "key-a"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", Nothing()),
        ("  ", Nothing()),
        ("  help ", Help()),
        ("HELP me", Help()),
        ("\u00a0list\u00a0", Listing()),
        ("search leaked  key", Search("leaked  key")),
        ("search “leaked key”", Search('"leaked key"')),
        ("status", Status(None)),
        ("status KC-7", Status("KC-7")),
        ("status\u00a0kc-7", Status("KC-7")),
        ("Status\tKC-7", Status("KC-7")),
        ("status\nKC-7", Status("KC-7")),
        ("KC-7", Status("KC-7")),
        ("kc-7", Status("KC-7", "kc-7")),
        ("thanks!", Thanks()),
        ("node is down", Unknown("node", "is down")),
        ("start", Start("start")),
        ("undo it", Either),
        ("mark 3 done", Start),
        ("take 3", Wish),
        ("Drill P a=x", Start("p", {"a": "x"}, (), "a=x", drill=True)),
    ],
)
def test_what_is_typed_is_read_as_meant(typed: str, meant: Request | type) -> None:
    found = read(typed, IDS)
    assert found == meant if isinstance(meant, get_args(Request)) else type(found) is meant


@pytest.mark.parametrize(
    ("typed", "inputs", "strays"),
    [
        ("key-compromise", {}, ()),
        ("Key-Compromise", {}, ()),
        ("start key-compromise key_id=key-a", KEY, ()),
        ("START  Key-Compromise\u2003key_id=key-a", KEY, ()),
        ("key-compromise key_id=key-a", KEY, ()),
        ("key-compromise\u00a0key_id=key-a", KEY, ()),
        ("key-compromise key_id=“key-a”", KEY, ()),
        ("key-compromise key_id=‘key-a’", KEY, ()),
        ("key-compromise key_id='key-a'", KEY, ()),
        ("key-compromise key_id=`key-a`", KEY, ()),
        ("key-compromise key_id = key-a", KEY, ()),
        ("key-compromise key_id= key-a", KEY, ()),
        ("key-compromise key_id =key-a", KEY, ()),
        ("key-compromise key-a", {}, ("key-a",)),
        ("key-compromise “key a”", {}, ("key a",)),
        ("key-compromise key-a please", {}, ("key-a",)),
        ("p a=“two words” b=it’s", {"a": "two words", "b": "it's"}, ()),
        ("p a='it's here' b=x", {"a": "it's here", "b": "x"}, ()),
        ('p a = "two words" b=x', {"a": "two words", "b": "x"}, ()),
        ('p a=" : "', {"a": " : "}, ()),
        ("p a=", {"a": ""}, ()),
        ("p a= b=x", {"a": "", "b": "x"}, ()),
        ("p a=x=y", {"a": "x=y"}, ()),
        ("p a=1&lt;2&amp;&amp;3&gt;2", {"a": "1<2&&3>2"}, ()),
        ("p a=&amp;lt;", {"a": "&lt;"}, ()),
        ("p who=<@U1|ana>", {"who": "@ana"}, ()),
        ("p where=<#C1|x>", {"where": "#x"}, ()),
        ("p url=<https://h.example/a?b=1&amp;c=2>", {"url": "https://h.example/a?b=1&c=2"}, ()),
        ("p host=<http://h.example|h.example>", {"host": "h.example"}, ()),
        ("p a=grüße_東京", {"a": "grüße_東京"}, ()),
        ('p a="one', {}, ('a="one',)),
        ('p a="one"two', {}, ('a="one"two',)),
        ('p a="one"two b="x"', {"b": "x"}, ('a="one"two',)),
        ("p a = b=x", {"b": "x"}, ("a = ",)),
        ("p = b", {}, ("=", "b")),
        ("p <!channel>", {}, ("@channel",)),
    ],
)
def test_values_are_taken_however_they_are_spaced_and_quoted(
    typed: str, inputs: dict[str, str], strays: Sequence[str]
) -> None:
    found = read(typed, IDS)
    assert isinstance(found, Start)
    assert (found.inputs, tuple(found.strays)) == (inputs, tuple(strays))


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("search", "Type some words"),
        ("status everything", "is not a run"),
        ("p a=1 a=2", "`a` is given twice"),
        ("p " + "x" * LONGEST_TEXT, "too long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_type(typed: str, advice: str) -> None:
    with pytest.raises(Refused) as refused:
        read(typed, IDS)
    assert advice in str(refused.value)
    harmless(str(refused.value))
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("<@U0BOT> status", Spoken("status", passing=False)),
        ("<@U0BOT>", Spoken("", passing=False)),
        ("<@U0BOT|runbook>: status", Spoken("status", passing=False)),
        ("hey <@U0BOT>, status KC-7!", Spoken("status KC-7!", passing=False)),
        ("<@U0BOT> please status", Spoken("please status", passing=False)),
        (
            "please, <@U0BOT> note call ben, please.",
            Spoken("note call ben, please.", passing=False),
        ),
        ("<@U0BEN> ask <@U0BOT> - help", Spoken("- help", passing=True)),
        ("thanks <@U0BOT>!", Spoken("", passing=True)),
        ("<@U0BOT>" + "!" * 30_000 + "x", Spoken("x", passing=False)),
    ],
)
def test_what_follows_the_bots_name_is_taken_without_what_is_around_it(
    text: str, meant: Spoken
) -> None:
    assert spoken(text, "U0BOT") == meant


SPOKEN = st.lists(
    st.sampled_from(
        [*" ".join(line.text for line in LINES).split(), *WORDS, *IDS, "KC-7", "=", '"']
    ),
    max_size=12,
).map(" ".join)


@given(
    st.one_of(
        SPOKEN, st.text(max_size=80), hostile, st.text(" =\"'“”`ab3.~\n\u00a0<>|@&;:,", max_size=60)
    )
)
def test_anything_at_all_is_a_request_or_is_refused(typed: str) -> None:
    try:
        found = read(typed, IDS)
    except Refused as refused:
        harmless(str(refused))
        return
    assert isinstance(found, get_args(Request))
    if isinstance(found, Wish):
        assert all(isinstance(one, str) for one in (found.line("KC-7", "3"), *found.either))


@given(st.text(" ab3.=\"'`", min_size=1, max_size=6), st.sampled_from(["", "p ", "take ", "note "]))
def test_reading_takes_no_longer_than_the_text(piece: str, before: str) -> None:
    short, long = (_calls(before + piece * (size // len(piece))) for size in (900, 3_600))
    assert long <= 4 * short + 200


def _calls(typed: str) -> int:
    """How many functions are called to read a text, those of the interpreter as well."""
    made = 0

    def called(frame: FrameType, event: str, argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        with contextlib.suppress(Refused):
            read(typed, IDS)
    finally:
        sys.setprofile(before)
    return made


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_][a-z0-9_]{0,9}", fullmatch=True),
        st.text("abc =&;:/-_.é#@'", max_size=20).map(lambda text: " ".join(text.split(" "))),
        max_size=4,
    )
)
def test_quoted_values_arrive_as_they_were_typed(values: dict[str, str]) -> None:
    typed = "p " + " ".join(f'{name}="{value}"' for name, value in values.items())
    found = read(typed.replace("&", "&amp;"), IDS)
    assert isinstance(found, Start)
    assert (found.inputs, found.strays) == (values, ())


@given(st.text("ab'“”\"…!?.é ", max_size=40))
def test_the_words_of_a_note_are_kept_as_they_were_typed(words: str) -> None:
    found = read(f"note: it is {words}, they’re “so” sure!", IDS)
    assert isinstance(found, Wish)
    assert found.words == f"it is {words}, they’re “so” sure!"


def test_a_word_that_means_something_can_be_started_by_its_name() -> None:
    for word in (*RESERVED_IDS, *FIRST):
        found = read(f"start {word} a=b", {word})
        assert found == Start(word, {"a": "b"}, (), "a=b")


def test_each_act_that_people_press_has_its_words_once() -> None:
    said = [phrase(one) for worded in WORDED for one in worded.said]
    assert len(said) == len(set(said))
    assert all(words == words.lower() and words for one in WORDED for words in one.said)
    without = {verb for asking in ACTS.askings if not asking.words for verb in asking.verbs}
    showing = {"request", "request_page", "request_page_next"}
    answers = {"handoff_keep", "handoff_accept", "handoff_decline", "pin_back"}
    answers |= {"owner_comes", "owner_stays", "handoff_accept_all"}
    answers |= {"item_accept", "item_edit", "item_done", "item_drop", "item_again"}
    assert without == {"undo_ask", "withdraw", "vote_back"} | showing | answers


def test_the_words_of_an_act_are_read_as_it() -> None:
    for worded in WORDED:
        for words in worded.said:
            found = read(words, ())
            assert isinstance(found, Wish), words
            assert found.act is worded, words
