"""Plain text keeps to its width, and holds nothing that a terminal obeys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.markup.faces.text import WIDTH, write
from bot.core.markup.model import (
    WHOLE,
    Block,
    Claim,
    Code,
    Document,
    Flag,
    Heading,
    Items,
    Link,
    Listing,
    Notice,
    Paragraph,
    Strong,
    Table,
    Terms,
    Ticks,
    Words,
    bullets,
    visible,
)
from tests.core.documents.made import documents
from tests.profiles import examples

LED_IN = 16
"""The most characters that stand before a line's words: indents, numbers, boxes to tick."""


def shown(*blocks: Block, width: int = WIDTH) -> list[str]:
    return write(Document(blocks), width).splitlines()


@given(documents())
@settings(max_examples=examples(100))
def test_no_control_character_is_written(document: Document) -> None:
    text = write(document).replace("\t", " ")
    assert visible(text) == text
    assert text.split("\n") == [*text.splitlines(), ""]


@given(documents("sentence"), st.integers(60, 120))
@settings(max_examples=examples(100))
def test_no_line_is_wider_than_asked_but_for_what_is_typed(document: Document, width: int) -> None:
    """Nor for a word, such as an address, that fits in no line beside what leads it in."""
    listed = {line.strip() for block in document.blocks for line in _typed(block)}
    for line in write(document, width).splitlines():
        whole = line.strip().removeprefix("$ ").strip()
        words = WHOLE.sub(lambda code: code[0].replace(" ", "_"), whole).split()
        too_long = max(map(len, words), default=0) > width - LED_IN
        assert len(line) <= width or too_long or any(map(whole.endswith, listed)), line


def test_an_address_is_not_broken_and_what_follows_it_is() -> None:
    address = "https://h.example/" + "a" * 60
    lines = shown(
        Paragraph(("See ", Link(("the page",), address), " and then " + "go on " * 20)), width=60
    )
    assert [address in line for line in lines if len(line) > 60] == [True]


def test_an_address_that_is_its_own_name_is_told_once() -> None:
    address = "https://h.example/a"
    named, bare = Link(("the page",), address), Link((address,), address)
    assert shown(Paragraph(("See ", named))) == [f"See the page, {address}"]
    assert shown(Paragraph(("See ", bare))) == [f"See {address}"]


def _typed(value: object) -> list[str]:
    match value:
        case Listing(text):
            return text.splitlines()
        case Items(entries):
            return [line for entry in entries for block in entry for line in _typed(block)]
        case Ticks(claims):
            return [line for one in claims for line in (one.command or "").splitlines() if line]
        case _:
            return []


def test_a_page_in_full() -> None:
    assert shown(
        Heading(1, "Title", (Code("id", bare=True), "SEV1")),
        Paragraph(("Words ", Strong("that count"), " and ", Code("code"), ".")),
        Terms((("Where", "here"),)),
        Heading(2, "Steps"),
        Items(
            (
                (Paragraph(("One", Flag("cannot be undone"))), Listing("cmd \\\n-x", typed=True)),
                (
                    Paragraph("Two"),
                    Notice("Careful"),
                    Items(
                        ((Paragraph("A"), Terms((("Expect", "b"), ("If not", "c")))),),
                        numbered=True,
                    ),
                ),
            ),
            numbered=True,
        ),
        Heading(2, "Proof"),
        Ticks(
            (
                Claim("It is up", command="ping", shows="pong"),
                Claim("It is told", how="a person confirms"),
            )
        ),
        bullets([Words("a `b`"), Words("a `b`", bare=True)]),
        Table(("Name", "Value"), (("one", "1"), ("seventeen", "17"))),
        Paragraph("End."),
        width=40,
    ) == [
        "TITLE                           id  SEV1",
        "========================================",
        "Words that count and `code`.",
        "Where: here",
        "",
        "STEPS",
        "  1. One   [CANNOT BE UNDONE]",
        "     $ cmd \\",
        "       -x",
        "  2. Two",
        "     Careful",
        "     2.1. A",
        "          Expect: b   If not: c",
        "",
        "PROOF",
        "  [ ] It is up:  $ ping  ->  pong",
        "  [ ] It is told  (a person confirms)",
        "  - a `b`",
        "  - a b",
        "",
        "  Name       Value",
        "  ---------  -----",
        "  one        1",
        "  seventeen  17",
        "",
        "  End.",
    ]


@pytest.mark.parametrize(("width", "lines"), [(60, 4), (28, 6)])
def test_a_wide_table_is_folded_within_its_columns(width: int, lines: int) -> None:
    table = Table(("Who", "What"), (("Ana", "took step 1, and typed the key"), ("Ben", "a b " * 9)))
    made = shown(table, width=width)
    assert len(made) == lines
    assert max(map(len, made)) <= width
