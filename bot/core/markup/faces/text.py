"""Documents as plain text, for a terminal and for paper: lines of a width, no control character.

A command is never folded, for what is typed is one line; nor is a word that is longer than the
width.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import assert_never

from bot.core.markup.model import (
    NOTHING,
    SHOWS,
    WHOLE,
    Atom,
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
    broken,
    in_line,
    one_line,
    visible,
)

WIDTH = 100
_TITLE, _SECTION = 1, 2
_INDENT = 2
_NESTED = 3
_GAP = "   "
"""Between what shares a line."""
_BETWEEN = "  "
"""Between the columns of a table, and between a title and the facts beside it."""
_NARROWEST = 4
"""How far a column is made narrower, before its words are cut."""
_GLUE = "\x00"
"""Stands for the blanks in what is kept whole while a line is folded; no text has it by then."""


def write(document: Document, width: int = WIDTH) -> str:
    """The document as lines of *width* characters."""
    lines: list[str] = []
    indent = 0
    before: Block | None = None
    for block in document.blocks:
        if isinstance(block, Heading):
            indent = _INDENT * max(0, block.level - _SECTION)
        shown = list(_block(block, indent, width))
        if not shown:
            continue
        if before is not None and _apart(before, block):
            lines.append("")
        lines += shown
        before = block
        if isinstance(block, Heading) and block.level >= _SECTION:
            indent += _INDENT
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _apart(before: Block, block: Block) -> bool:
    """Whether an empty line stands between two blocks."""
    if isinstance(before, Heading):
        return isinstance(block, Heading)
    alone = Heading | Notice | Table
    return (
        isinstance(block, alone)
        or isinstance(before, alone)
        or (isinstance(before, Paragraph) and isinstance(block, Paragraph))
    )


# Blocks. ----------------------------------------------------------------------------------------


def _block(
    block: Block, indent: int, width: int, *, path: str = "", inner: bool = False
) -> Iterator[str]:
    """The lines of a block; *inner* is one of a list's entry, whose number is *path*."""
    match block:
        case Heading():
            yield from _heading(block, indent, width)
        case Paragraph(words) | Notice(words):
            for line in _lines(words):
                yield from _fold(line, indent, width)
        case Items():
            yield from _items(block, indent, width, path)
        case Ticks(claims):
            for claim in claims:
                yield from _claim(claim, indent, width)
        case Terms():
            yield from _terms(block, indent, width, hang=0 if inner else _INDENT)
        case Table():
            yield from _table(block, indent, width)
        case Listing(text, typed):
            yield from _listing(text, indent if typed else indent + _INDENT, typed=typed)
        case _:
            assert_never(block)


def _heading(heading: Heading, indent: int, width: int) -> Iterator[str]:
    title = _line(heading.words)
    if heading.level > _SECTION:
        yield from _fold(title, indent, width)
        return
    *folded, last = _fold(title.upper(), 0, width, hang=_INDENT) or [""]
    yield from folded
    facts = [fact for fact in map(_line, heading.beside) if fact]
    row: list[str] = []
    while facts and len(_BETWEEN.join([last, *row, facts[0]])) <= width:
        row.append(facts.pop(0))
    right = _BETWEEN.join(row)
    yield f"{last}{right:>{width - len(last)}}" if row else last
    for line in _fold(_BETWEEN.join(facts), 0, width):
        yield f"{line:>{width}}"
    if heading.level == _TITLE:
        yield "=" * width


def _items(items: Items, indent: int, width: int, path: str) -> Iterator[str]:
    for count, entry in enumerate(items.entries, start=1):
        number = f"{path}{count}"
        sign = f"{number}." if items.numbered else "-"
        hang = len(sign) + 1
        pad = " " * indent
        begun = False
        for block in entry:
            if isinstance(block, Items) and block.numbered and items.numbered:
                yield from _items(block, indent + _NESTED, width, f"{number}{block.letter}.")
                continue
            for line in _block(block, indent + hang, width, inner=True):
                # What comes first stands behind the sign.
                yield line if begun else f"{pad}{sign} {line[indent + hang :]}"
                begun = True
        if not begun:
            yield f"{pad}{sign}"


def _claim(claim: Claim, indent: int, width: int) -> Iterator[str]:
    """The claim, the command and what it shows: on one line, or the command on its own."""
    how, shows = _line(claim.how), _line(claim.shows)
    words = f"[ ] {_line(claim.words)}" + (f"  ({how})" if how else "")
    if claim.command is not None:
        command = list(_listing(claim.command, 0, typed=True))
        line = f"{' ' * indent}{words}:  {command[0]}" + (f"  ->  {shows}" if shows else "")
        if len(command) == 1 and len(line) <= width:
            yield line
            return
    if shows:
        words += f"; {SHOWS}: {shows}"
    yield from _fold(words, indent, width, hang=4)
    if claim.command is not None:
        yield from _listing(claim.command, indent + 4, typed=True)


def _terms(terms: Terms, indent: int, width: int, hang: int) -> Iterator[str]:
    """On one line, if there is room."""
    if terms.spare:
        return
    told = [_lines((f"{label}: " if label else "", words)) for label, words in terms.pairs]
    row = _GAP.join(lines[0] for lines in told)
    if all(len(lines) == 1 for lines in told) and indent + len(row) <= width:
        yield " " * indent + row
        return
    for lines in told:
        for line in lines:
            yield from _fold(line, indent, width, hang=hang)


def _listing(text: str, indent: int, *, typed: bool) -> Iterator[str]:
    """A command's later lines are set under the first."""
    sign, later = ("$ ", "  ") if typed else ("", "")
    for number, line in enumerate(text.rstrip().splitlines() or [""]):
        yield f"{' ' * indent}{later if number else sign}{visible(line)}"


def _table(table: Table, indent: int, width: int) -> Iterator[str]:
    rows = [[_line(cell) for cell in row] for row in table.rows]
    header = [_line(cell) for cell in table.header]
    wide = [max(map(len, column)) for column in zip(*filter(None, [header, *rows]), strict=True)]
    wide = _narrowed(wide, width - indent - len(_BETWEEN) * (len(wide) - 1))
    if header:
        yield from _table_row(header, wide, indent)
        yield " " * indent + _BETWEEN.join("-" * one for one in wide)
    for row in rows:
        yield from _table_row(row, wide, indent)


def _narrowed(wide: Sequence[int], room: int) -> list[int]:
    """The widths of columns that have *room* together: the widest give way."""
    made = list(wide)
    left, share = list(range(len(wide))), 0
    while left and sum(made) > room:
        share = max(
            _NARROWEST,
            (room - sum(made[n] for n in range(len(made)) if n not in left)) // len(left),
        )
        fitting = [n for n in left if wide[n] <= share]
        if not fitting:
            for n in left:
                made[n] = share
            break
        left = [n for n in left if n not in fitting]
    return made


def _table_row(cells: Sequence[str], wide: Sequence[int], indent: int) -> Iterator[str]:
    columns = [_wrapped(cell, one, cut=True) or [""] for cell, one in zip(cells, wide, strict=True)]
    for number in range(max(map(len, columns), default=0)):
        row = [lines[number] if number < len(lines) else "" for lines in columns]
        yield " " * indent + _BETWEEN.join(
            f"{part:<{one}}" for part, one in zip(row, wide, strict=True)
        )


# Words. -----------------------------------------------------------------------------------------


def _fold(line: str, indent: int, width: int, hang: int = 0) -> list[str]:
    pad = " " * indent
    return _wrapped(line, width, pad, pad + " " * hang)


def _wrapped(
    line: str, width: int, first: str = "", later: str = "", *, cut: bool = False
) -> list[str]:
    whole = WHOLE.sub(lambda match: match[0].replace(" ", _GLUE), line)
    folded = textwrap.wrap(
        whole,
        max(1, width),
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=cut,
        break_on_hyphens=False,
    )
    return [part.replace(_GLUE, " ") for part in folded]


def _lines(words: Inline) -> list[str]:
    return [line for row, _ in broken(words) if (line := "".join(map(_atom, row)).strip())]


def _line(words: Inline) -> str:
    return "".join(map(_atom, atoms(words))).strip()


def _atom(atom: Atom) -> str:
    match atom:
        case str():
            return in_line(atom)
        case Words(bare=bare):
            return "".join(text for _, text in atom.parts()) if bare else one_line(atom.text)
        case Code(text, bare):
            shown = one_line(text)
            return (shown if bare else f"`{shown}`") if shown else NOTHING
        case Strong(words) | Emphasis(words):
            return "".join(map(_atom, atoms(words)))
        case Link(words, url):
            # A place that is named by its address is told once.
            return ", ".join(filter(None, dict.fromkeys((_line(words), one_line(url)))))
        case Person():
            return _person(atom)
        case Time(words=words):
            return in_line(words)
        case Flag(words):
            return f"{_GAP}[{in_line(words).upper()}]"
        case Break(soft):
            return " " if soft else " / "
        case _:
            assert_never(atom)


def _person(person: Person) -> str:
    mark = " (external)" if person.external else ""
    if person.name is None:
        return one_line(person.id) + mark
    return one_line(person.name) + (f" ({one_line(person.id)})" if person.shared else "") + mark
