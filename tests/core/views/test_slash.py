"""What people type, however their phones curl it and Slack escapes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.engine.decide import Refused
from bot.core.procedure import RESERVED_IDS
from bot.core.views import slash
from bot.core.views.slash import (
    Close,
    Export,
    Help,
    Listing,
    Nothing,
    Search,
    Spoken,
    Start,
    Status,
    read,
    spoken,
)
from tests.core.drawn import harmless
from tests.core.strategies import hostile

KEY = Start("key-compromise", {"key_id": "key-a"})


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
        ("kc-7", Start("kc-7")),
        ("export kc-12", Export("KC-12")),
        ("close", Close(None)),
        ("key-compromise", Start("key-compromise")),
        ("Key-Compromise", Start("key-compromise")),
        ("start key-compromise key_id=key-a", KEY),
        ("START  Key-Compromise\u2003key_id=key-a", KEY),
        ("start", Start("start")),
        ("start key_id=key-a", Start("start", {"key_id": "key-a"})),
        ("key-compromise key_id=key-a", KEY),
        ("key-compromise\u00a0key_id=key-a", KEY),
        ("key-compromise key_id=“key-a”", KEY),
        ("key-compromise key_id=‘key-a’", KEY),
        ("key-compromise key_id='key-a'", KEY),
        ("p a=“two words” b=it’s", None),
        ('p a="two words" b=x', Start("p", {"a": "two words", "b": "x"})),
        ("p a=", Start("p", {"a": ""})),
        ("p a=x=y", Start("p", {"a": "x=y"})),
        ("key-compromise key_id = key-a", KEY),
        ("key-compromise key_id= key-a", KEY),
        ("key-compromise key_id =key-a", KEY),
        ('p a = "two words" b=x', Start("p", {"a": "two words", "b": "x"})),
        ("p a= b=x", Start("p", {"a": "", "b": "x"})),
        ("p a = b=x", None),
        ("p a=1&lt;2&amp;&amp;3&gt;2", Start("p", {"a": "1<2&&3>2"})),
        ("p a=&amp;lt;", Start("p", {"a": "&lt;"})),
        ("p who=<@U1|ana>", Start("p", {"who": "@ana"})),
        ("p who=<@U1>", Start("p", {"who": "@U1"})),
        ("p where=<#C1|x>", Start("p", {"where": "#x"})),
        (
            "p url=<https://h.example/a?b=1&amp;c=2>",
            Start("p", {"url": "https://h.example/a?b=1&c=2"}),
        ),
        ("p host=<http://h.example|h.example>", Start("p", {"host": "h.example"})),
        ("p to=<mailto:a@h.example|a@h.example>", Start("p", {"to": "a@h.example"})),
        ("p a=grüße_東京", Start("p", {"a": "grüße_東京"})),
        ("drill p", Start("p", drill=True)),
        ("Drill P a=x", Start("p", {"a": "x"}, drill=True)),
    ],
)
def test_what_is_typed_is_read_as_meant(typed: str, meant: slash.Request | None) -> None:
    if meant is None:
        with pytest.raises(Refused, match="put quotes around spaces"):
            read(typed)
        return
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("search", "Type some words"),
        ("drill", "A drill of what"),
        ("drill p key-a", "name=value"),
        ("status everything", "is not a run"),
        ("close KC-7 now", "is not a run"),
        ("p key-a", "name=value"),
        ('p a="one', "name=value"),
        ('p a="one"two', "name=value"),
        ("p a = ", "name=value"),
        ("p = b", "name=value"),
        ("p a=1 a=2", "`a` is given twice"),
        ("p <!channel>", "name=value"),
        ("p " + "x" * 4_000, "too long"),
        *((word, "does not exist yet") for word in ("new", "handoff", "update", "review")),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_type(typed: str, advice: str) -> None:
    with pytest.raises(Refused) as refused:
        read(typed)
    assert advice in str(refused.value)
    harmless(str(refused.value))
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("<@U0BOT> status", Spoken("status", passing=False)),
        ("<@U0BOT>", Spoken("", passing=False)),
        ("<@U0BOT|runbook>: status", Spoken("status", passing=False)),
        ("hey <@U0BOT>, status KC-7!", Spoken("status KC-7", passing=True)),
        ("<@U0BOT> status please", Spoken("status", passing=False)),
        ("<@U0BOT> please status", Spoken("status", passing=False)),
        ("please, <@U0BOT> status, please.", Spoken("status", passing=False)),
        ("<@U0BEN> ask <@U0BOT> - help", Spoken("- help", passing=True)),
        ("thanks <@U0BOT>!", Spoken("", passing=True)),
        ("<@U0BOT> pleased", Spoken("pleased", passing=False)),
        ("<@U0BOT>" + "!" * 30_000 + "x", Spoken("x", passing=False)),
    ],
)
def test_what_follows_the_bots_name_is_taken_without_what_is_around_it(
    text: str, meant: Spoken
) -> None:
    assert spoken(text, "U0BOT") == meant


@given(st.one_of(st.text(max_size=80), hostile, st.text(" =\"'“”ab\n\u00a0<>|@&;", max_size=60)))
def test_anything_at_all_is_a_request_or_is_refused(typed: str) -> None:
    try:
        assert isinstance(read(typed), slash.Request)
    except Refused as refused:
        harmless(str(refused))


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_][a-z0-9_]{0,9}", fullmatch=True),
        st.text("abc =&;:/-_.é#@", max_size=20).map(lambda text: " ".join(text.split(" "))),
        max_size=4,
    )
)
def test_quoted_values_arrive_as_they_were_typed(values: dict[str, str]) -> None:
    typed = "p " + " ".join(f'{name}="{value}"' for name, value in values.items())
    typed = typed.replace("&", "&amp;")
    assert read(typed) == Start("p", values)


def test_a_word_that_means_something_is_no_name_of_a_procedure() -> None:
    assert {*slash.WORDS, *slash._LATER} == RESERVED_IDS
    for word in RESERVED_IDS:
        assert slash.read(f"start {word}") == slash.Start(word, {})
