"""Words for Slack, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.blockkit import blocks
from bot.core.run.events import Person
from bot.core.text import (
    brief,
    briefly,
    clock,
    counted,
    cut,
    escape,
    link,
    mention,
    plain,
    shorten,
    unescape,
    unmarked,
)
from tests.core.drawn import harmless
from tests.core.strategies import ANA, START, hostile

texts = st.one_of(hostile, st.text("&<>;amplgt ab|!@\n", max_size=60), st.text(max_size=60))


@given(texts)
def test_what_is_escaped_is_no_markup_and_reads_as_it_was(text: str) -> None:
    harmless(escape(text))
    assert unescape(escape(text)) == text
    assert plain(escape(text), {}) == text


def test_a_reason_that_is_cut_short_leaves_no_code_open() -> None:
    why = "expected `state` to be `" + "x" * 300 + "`"
    assert briefly(why, 40) == "expected `state` to be `xxxxxxxxxxxxxx…`"
    assert briefly(f"found `{'0123456789abcdef' * 4}`", 40) == "found `0123…cdef`"


@given(texts, st.integers(1, 70))
def test_what_is_cut_short_fits_and_breaks_no_entity(text: str, limit: int) -> None:
    short = brief(text, limit)
    assert len(short) <= limit
    harmless(short)
    assert len(shorten(text, limit)) <= limit
    if len(escape(text)) <= limit:
        assert short == escape(text)


@given(hostile, st.integers(1, 200))
def test_markup_is_never_cut_within_a_token(text: str, limit: int) -> None:
    made = f"<@U0ANA> {clock(START)} {link('https://h.example/', text)} {escape(text)}"
    harmless(made)
    assert len(cut(made, limit)) <= limit
    harmless(cut(made, limit))


@given(hostile)
def test_nothing_in_an_address_ends_its_link_early(text: str) -> None:
    made = link(f"https://h.example/{text}", "there")
    harmless(made)
    assert made.endswith("|there>")


def test_a_time_is_a_token_with_a_fallback_in_utc() -> None:
    assert clock(START) == "<!date^1793502725^{time}|03:12 UTC>"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<@U0ANA> did it", "@ana did it"),
        ("<@U9|eve> and <@U8>", "@eve and @U8"),
        ("<#C1|ops> <#C2>", "#ops #C2"),
        ("<!here> <!subteam^S1|@oncall>", "@here @oncall"),
        ("<https://h.example/?a&amp;b>", "https://h.example/?a&b"),
        ("<https://h.example|the page>", "the page"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
    ],
)
def test_slacks_text_is_written_as_a_person_reads_it(text: str, read: str) -> None:
    assert plain(text, {ANA.id: "ana"}) == read


def test_markup_is_verbatim_so_that_plain_words_wake_nobody() -> None:
    """Without it Slack would read `@channel` and `#general` in a person's words as its own."""
    assert blocks.mrkdwn("@channel")["verbatim"] is True


@given(texts)
def test_an_id_that_is_none_is_no_markup_where_someone_is_named(one: str) -> None:
    said = mention(Person(id=one))
    assert said == f"<@{escape(one)}>"
    harmless(said[2:-1])


@pytest.mark.parametrize(("number", "said"), [(0, "0 steps"), (1, "1 step"), (2000, "2,000 steps")])
def test_one_thing_is_not_several(number: int, said: str) -> None:
    assert counted(number, "step") == said


def test_a_plural_that_no_s_makes_is_given() -> None:
    assert [counted(n, "entry", "entries") for n in (1, 2)] == ["1 entry", "2 entries"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Press *Ask for approval* on the board.", "Press Ask for approval on the board."),
        ("*More…*, *Roles…*", "More…, Roles…"),
        ("2*3*4 and a * b * c", "2*3*4 and a * b * c"),
        ("**", "**"),
    ],
)
def test_what_is_bold_is_shown_without_stars_where_nothing_is_bold(text: str, shown: str) -> None:
    assert unmarked(text) == shown
