"""Whatever stands in a document, its Markdown has the document's structure and says its words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import example, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.markup.faces.markdown import write
from bot.core.markup.model import (
    NOTHING,
    SHOWS,
    Block,
    Break,
    Claim,
    Code,
    Document,
    Emphasis,
    Flag,
    Heading,
    Inline,
    Items,
    Link,
    Listing,
    Notice,
    Paragraph,
    Person,
    Strong,
    Table,
    Terms,
    Ticks,
    Time,
    Words,
    atoms,
    bullets,
    in_line,
    one_line,
    visible,
)
from tests.core.documents.made import documents
from tests.profiles import examples

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PLAIN = {"text", "text_special", "code_inline", "softbreak", "hardbreak"}
MARKS = {"strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close"}


# What a document says: its structure, and its words without blanks. -----------------------------


def bare(text: str) -> str:
    """Without blanks, and without what a face may put in the place of a break or of backticks."""
    return re.sub(r"[\s/`]+", "", text)


def said(words: Inline) -> str:
    return bare(spoken(words))


def spoken(words: Inline) -> str:
    return "".join(map(_said, atoms(words))).strip()


def _said(atom: Inline) -> str:  # noqa: C901 - one case a kind of words
    match atom:
        case str():
            return in_line(atom)
        case Words(text):
            return one_line(text)
        case Code(text):
            return one_line(text) or NOTHING
        case Strong(words) | Emphasis(words):
            return spoken(words)
        case Link(words, url):
            if url.startswith(("http", "mailto")):
                return spoken(words) or url
            return f"{spoken(words)}({url})" if spoken(words) else url
        case Person(key, name, external, shared):
            told = one_line(key) if name is None else one_line(name)
            told += f"({one_line(key)})" if shared and name is not None else ""
            return told + ("(external)" if external else "")
        case Time(words=words):
            return in_line(words)
        case Flag(words):
            return f"({in_line(words)})"
        case Break():
            return ""
    raise AssertionError(atom)


def meant(blocks: Sequence[Block]) -> Iterator[str]:  # noqa: C901, PLR0912 - one case a block
    for block in blocks:
        match block:
            case Heading(level, words, beside):
                yield f"h{level} {said(words)}"
                if beside:
                    yield "p " + bare("·".join(map(said, beside)))
            case Paragraph(words):
                yield f"p {said(words)}"
            case Notice(words):
                yield from ("quote", f"p {said(words)}", "end")
            case Items(entries, numbered):
                yield "numbers" if numbered else "bullets"
                for entry in entries:
                    yield from ("entry", *meant(entry), "end")
                yield "end"
            case Ticks(claims):
                yield "bullets"
                for claim in claims:
                    yield from ("entry", *_claimed(claim), "end")
                yield "end"
            case Terms(pairs):
                yield from (f"p {bare(in_line(label))}:{said(words)}" for label, words in pairs)
            case Table(header, rows):
                yield "table"
                for row in (header or [""] * block.columns, *rows):
                    yield "row " + "|".join(said(cell).replace("|", "!") for cell in row)
                yield "end"
            case Listing(text):
                yield f"fence {_lines(text)}"


def _claimed(claim: Claim) -> Iterator[str]:
    how = f"({said(claim.how)})" if claim.how else ""
    shows = f";{SHOWS}:{said(claim.shows)}" if claim.shows else ""
    yield f"p []{said(claim.words)}{how}{shows}"
    if claim.command is not None:
        yield f"fence {_lines(claim.command)}"


def _lines(text: str) -> str:
    return visible("\n".join(text.splitlines())) + "\n"


# What its Markdown is read as. ------------------------------------------------------------------


OPENS = {
    "blockquote_open": "quote",
    "bullet_list_open": "bullets",
    "ordered_list_open": "numbers",
    "list_item_open": "entry",
    "table_open": "table",
    "table_close": "end",
    **dict.fromkeys(
        ("blockquote_close", "bullet_list_close", "ordered_list_close", "list_item_close"), "end"
    ),
}
SILENT = {"inline", "heading_close", "paragraph_close", "thead_open", "thead_close"}
SILENT |= {"tbody_open", "tbody_close", "tr_open", "th_open", "td_open", "th_close", "td_close"}


def read(tokens: Sequence[Token]) -> Iterator[str]:
    row: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        match token.type:
            case "inline" if before is not None and before.type in ("th_open", "td_open"):
                row.append(shown(token).replace("|", "!"))
            case "inline" if before is not None:
                yield f"{before.tag} {shown(token)}"
            case "fence":
                yield f"fence {token.content}"
            case "tr_close":
                yield "row " + "|".join(row)
                row.clear()
            case kind if kind in OPENS:
                yield OPENS[kind]
            case kind:
                assert kind in SILENT | {"heading_open", "paragraph_open"}, kind


def shown(token: Token) -> str:
    children = token.children or []
    assert {one.type for one in children} <= PLAIN | MARKS
    return bare("".join(one.content for one in children))


def marks(blocks: Sequence[Block]) -> set[type]:
    """The kinds of parts that a document has anywhere."""
    return {type(one) for one in _everywhere(blocks)}


def _everywhere(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for one in value:
            yield from _everywhere(one)
    elif is_dataclass(value):
        yield value
        for field in fields(value):
            yield from _everywhere(getattr(value, field.name))


@given(documents())
@settings(max_examples=examples(200))
@example(Document((Paragraph(("x <", "b>y")),)))
@example(Document((Paragraph((Code("a"), Code("b"))),)))
@example(Document((Paragraph(("!", Link("x", "https://h.example/"))),)))
@example(Document((Heading(2, "#"), Heading(2, "a ##"))))
@example(Document((Items(((Notice("a"), Notice("b")),)),)))
@example(Document((bullets(["a"]), bullets(["b"]), bullets(["c"]))))
def test_what_is_read_is_what_was_meant(document: Document) -> None:
    parsed = MARKDOWN.parse(write(document))
    assert list(read(parsed)) == list(meant(document.blocks))
    inner = {one.type for token in parsed for one in token.children or ()}
    kinds = marks(document.blocks)
    assert "strong_open" not in inner or kinds & {Strong, Terms}
    assert "em_open" not in inner or kinds & {Emphasis, Terms}
    assert "link_open" not in inner or Link in kinds


@given(documents())
@settings(max_examples=examples(60))
def test_a_link_leads_to_the_web_or_a_mailbox_and_nowhere_else(document: Document) -> None:
    for token in MARKDOWN.parse(write(document)):
        for one in token.children or ():
            if one.type == "link_open":
                assert re.match(r"(https?://|mailto:)", str(one.attrs["href"]))


def test_the_documents_own_words_are_left_alone_where_they_mean_nothing() -> None:
    row = ("#", "1. of 3", "- so", "a + b = c", "# is a number; key_id, 2 > 1 & x <- y")
    assert write(Document((Table(row, ()),))).splitlines()[0] == f"| {' | '.join(row)} |"
    assert write(Document((Paragraph("see # 1, a - b, 2. c"),))) == "see # 1, a - b, 2. c\n"


def test_marks_stand_only_where_they_are_read_as_such() -> None:
    def written(words: Inline) -> str:
        return write(Document((Paragraph(words),))).rstrip()

    assert written((Strong("Done."), " Next")) == "**Done.** Next"
    assert written((Strong("Done."), "next")) == "Done.next"
    assert written(("a", Strong("b"), "c")) == "a**b**c"
    assert written((Strong("a"), Strong("b"))) == "**a**b"
    assert written((Strong(" a "), "b")) == "**a** b"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("run `a|b \\ c` and wait", "run `a|b \\ c` and wait"),
        ("`x` *y* `z_`", "`x` \\*y\\* `z_`"),
        ("``a ` b`` and `", "``a ` b`` and \\`"),
        ("one ` alone and ``", "one \\` alone and \\`\\`"),
        ("`` ` `` ` ` `-`", "`` ` `` \\` \\` `-`"),
        ("```\nkubectl get\n```", "`kubectl get`"),
        ("- `a`", "\\- `a`"),
        ("a\\ `b|c`", "a\\\\ `b|c`"),
    ],
)
def test_what_others_put_in_backticks_is_code_without_backslashes(said: str, shown: str) -> None:
    assert write(Document((Paragraph(Words(said)),))) == f"{shown}\n"


def test_code_after_a_backslash_keeps_its_pipes_in_a_table() -> None:
    table = Table(("A", "B"), ((Words("a\\`b|c`"), Code("d")),))
    assert write(Document((table,))).splitlines()[-1] == "| a\\\\`b\\|c` | `d` |"
