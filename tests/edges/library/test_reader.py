"""The strict reader: plain data with places, or one problem in words; never a traceback."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.edges.library import Read, read
from bot.edges.library.reader import MAX_BYTES, MAX_DEPTH, MAX_VALUES


def said(text: str | bytes) -> list[str]:
    content = text.encode() if isinstance(text, str) else text
    return [str(problem) for problem in read(content, "f.yaml").problems]


def data(text: str) -> object:
    result = read(text.encode(), "f.yaml")
    assert result.document is not None, result.problems
    assert result.problems == ()
    return result.document.data


def test_plain_data_comes_out() -> None:
    assert data("a: 1\nb: [x, 2.5, true, null]\nc:\n  d: |\n    text\n") == {
        "a": 1,
        "b": ["x", 2.5, True, None],
        "c": {"d": "text\n"},
    }


def test_a_date_stays_a_text() -> None:
    assert data("a: 2026-11-01\nb: 2026-11-31\nc: 2026-11-01T10:00:00Z\n") == {
        "a": "2026-11-01",
        "b": "2026-11-31",
        "c": "2026-11-01T10:00:00Z",
    }


def test_quoted_words_are_texts() -> None:
    assert data("a: 'yes'\nb: \"10:30\"\nc: 'null'\n") == {"a": "yes", "b": "10:30", "c": "null"}


def test_every_value_and_key_has_its_place() -> None:
    document = read("ä: b\nc:\n  - d: { e: f }\n".encode(), "f.yaml").document
    assert document is not None
    assert document.where(("ä",), at_key=True) == (1, 1)
    assert document.where(("ä",)) == (1, 4)
    assert document.where(("c", 0, "d", "e")) == (3, 13)
    assert document.where(("c", 0, "d", "e"), at_key=True) == (3, 10)
    assert document.where(("c", 0, "no", "such")) == (3, 5)


def test_an_empty_value_stands_at_its_key() -> None:
    document = read(b"a:\nb: c\n", "f.yaml").document
    assert document is not None
    assert document.where(("a",)) == (1, 1)


def test_comments_after_plain_texts_are_kept() -> None:
    document = read(b"- a # one\n- 'b' # two\n- |\n  c # three\n- d#e\n", "f.yaml").document
    assert document is not None
    assert document.comments == {(0,): "# one"}
    assert document.data == ["a", "b", "c # three\n", "d#e"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "f.yaml:1:1: error: the file is empty. Write: schema: procedure/v1 and so on"),
        ("# only this\n", "f.yaml:1:1: error: the file is empty"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: error: a second document in the file"),
        ("a: !!python/object:os.system x\n", "f.yaml:1:4: error: a tag, `tag:yaml.org,2002:py"),
        ("a: !x y\n", "f.yaml:1:4: error: a tag, `!x`"),
        ("a: &x { b: c }\nd:\n  <<: *x\n", "f.yaml:3:3: error: a merge key (`<<`)"),
        ("a: *x\n", "f.yaml:1:4: error: no anchor `x` before this"),
        ("a: &x [*x]\n", "f.yaml:1:8: error: no anchor `x` before this"),
        ("a: 1\na: 2\n", "f.yaml:2:1: error: the key `a` stands twice, first in line 1"),
        ("a: 1\na: { b: [c] }\nd: 2\n", "f.yaml:2:1: error: the key `a` stands twice"),
        ("? [a]\n: b\n", "f.yaml:1:3: error: a key that is not a word"),
        ("1: b\n", "f.yaml:1:1: error: the key `1` is a number, a truth value or nothing to YAML"),
        ("&x a: b\n", "f.yaml:1:1: error: a tag or an anchor at a key"),
        ("a: b: c\n", 'f.yaml:1:5: error: a `: ` inside an unquoted text. Write: a: "b: c"'),
        ("a: @b\n", 'f.yaml:1:4: error: an unquoted text cannot begin with `@`. Write: a: "@b"'),
        ("a: `b`\n", "f.yaml:1:4: error: an unquoted text cannot begin with a backtick."),
        ("a:\n\tb: c\n", "f.yaml:2:1: error: "),
        ("a: [b\n", "f.yaml:1:4: error: brackets or braces that are not closed"),
        ("a: 'b\n", "f.yaml:1:4: error: a quote that is not closed. Write: the missing quote"),
        ('a: "\\q"\n', "f.yaml:1:5: error: a backslash in double quotes. Write: single quotes"),
        ("a:\n  b: c\n d: e\n", "f.yaml:3:2: error: the indentation does not fit"),
        ("a: b\n\x1b[31m: c\n", "f.yaml:2:1: error: an invisible character (U+001B, ESCAPE)"),
        (
            "a: b\u202ec\n",
            "f.yaml:1:5: error: an invisible character (U+202E, RIGHT",
        ),
        (b"a: \xff\n", "f.yaml:1:4: error: the file is not UTF-8 text"),
        (b"\xff\xfea\x00", "f.yaml:1:1: error: the file is not UTF-8 text"),
        ("a: 1_000\n", "f.yaml:1:4: error: `1_000` is a number to some YAML parsers"),
        ("a: 0x1F\n", "f.yaml:1:4: error: `0x1F` is a number to some"),
        ("a: 1e3\n", "f.yaml:1:4: error: `1e3` is a number to some"),
        ("a: .inf\n", "f.yaml:1:4: error: `.inf` is a number to some"),
        ("a: No\n", "f.yaml:1:4: error: `No` is a truth value to some YAML parsers and text"),
        (f"a: {'9' * 5000}\n", "f.yaml:1:4: error: `9999"),
    ],
)
def test_what_makes_yaml_lie_is_refused_at_its_place(text: str | bytes, problem: str) -> None:
    (one,) = said(text)
    assert one.startswith(problem), one


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('title: "Disk full\nsymptoms:\n  - Writes fail with "no space left"\n', "1:8"),
        ('a: 1\nb: "c\nd: e\nf: "g"\nh: i\n', "2:4"),
        ("a: 1\nb: 'c\nd: it's late\n", "2:4"),
        ('a: "b\nc: d\ne: f\n', "1:4"),
    ],
)
def test_a_quote_that_lacks_its_end_is_said_where_it_begins(text: str, place: str) -> None:
    (one,) = said(text)
    assert one == f"f.yaml:{place}: error: a quote that is not closed. Write: the missing quote"


UNSEEN = (
    *("\0", "\a", "\b", "\r", "\x1b", "\x7f", "\x85", "\u00ad", "\u034f", "\u061c"),
    *("\u115f", "\u1160", "\u180b", "\u180e", "\u200b", "\u200c", "\u200d", "\u200e"),
    *("\u2028", "\u2029", "\u202a", "\u202e", "\u2060", "\u2062", "\u2064", "\u2066"),
    *("\u2069", "\u2800", "\u3164", "\ufe00", "\ufe0e", "\ufe0f", "\ufeff", "\uffa0"),
    *("\ufff9", "\ufffb", "\U000e0001", "\U000e0041", "\U000e0100", "\U0001d173"),
)


@pytest.mark.parametrize("hidden", UNSEEN, ids=lambda c: f"U+{ord(c):04X}")
def test_what_nobody_sees_is_refused_raw_and_as_an_escape(hidden: str) -> None:
    code = f"U+{ord(hidden):04X}"
    (raw,) = said(f"a: b\nc: rm{hidden} -r\n")
    assert raw.startswith(f"f.yaml:2:6: error: an invisible character ({code}")
    (escaped,) = said(f'a: b\nc: "rm\\U{ord(hidden):08x} -r"\n')
    assert escaped.startswith(f"f.yaml:2:7: error: an invisible character ({code}")
    (key,) = said(f'a: b\n"c\\U{ord(hidden):08x}": d\n')
    assert key.startswith(f"f.yaml:2:1: error: an invisible character ({code}")


SEEN = (
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\u2764\ufe0f",
    "1\ufe0f\u20e3",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f44d\U0001f3fd",
    "\U0001f469\U0001f3fd\u200d\U0001f692",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u0915\u094d\u200d\u0937",
    "ärger",
    "中文",
    "a\tb\nc",
)
"""Emoji of several characters, and words of scripts that join their letters."""


@pytest.mark.parametrize("text", SEEN)
def test_what_is_seen_is_taken(text: str) -> None:
    assert data(f"a: |\n  {text.replace(chr(10), chr(10) + '  ')}\n") == {"a": f"{text}\n"}


def test_depth_is_bounded() -> None:
    assert read(("[" * MAX_DEPTH + "]" * MAX_DEPTH).encode(), "f").problems == ()
    (problem,) = said("[" * 100_000)
    assert "more than 40 levels deep" in problem


def test_size_is_bounded() -> None:
    assert "larger than 256 KiB" in said("#" * (MAX_BYTES + 1))[0]


def test_the_number_of_values_is_bounded() -> None:
    assert f"more than {MAX_VALUES} values" in said("[" + "1," * MAX_VALUES + "]")[0]


def test_a_few_aliases_are_fine_and_point_to_their_text() -> None:
    document = read(b"a: &x { y: [1, two] }\nb: *x\n", "f").document
    assert document is not None
    assert document.data == {"a": {"y": [1, "two"]}, "b": {"y": [1, "two"]}}
    assert document.where(("b", "y", 1)) == (1, 16)
    assert document.where(("b", "y"), at_key=True) == (1, 9)


def test_many_aliases_are_refused() -> None:
    assert "more than 20 aliases" in said("a: &x 1\nb: [" + "*x, " * 21 + "]")[0]


def test_a_billion_laughs_are_refused_before_they_are_told() -> None:
    """Few aliases, too, can multiply: what they stand for is counted, not how they are written."""
    base = "a0: &a0 [" + "x," * 100 + "]\n"
    bomb = base + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 7))
    (problem,) = said(bomb)
    assert "more than 20000 values" in problem


def test_both_problems_of_a_file_are_said() -> None:
    assert len(said("a: yes\nb: no\nb: x\n")) == 3


YAMLISH = st.text(
    alphabet="ab:-?[]{}#&*!|>'\"%@` \n\t,0123.~<=yesnotru\u202e\u00e9\x07", max_size=80
)


@settings(deadline=None)
@given(YAMLISH | st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    result = read(content, "f.yaml")
    assert isinstance(result, Read)
    assert result.document is not None or result.problems
    assert all("\n" not in str(problem) for problem in result.problems)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    result = read(content, "f.yaml")
    assert result.document is not None or result.problems
