"""A document as it reads, whatever it is written in: blocks, and words within them.

Nothing here is markup, and nobody who makes a document escapes anything: a face does, for what it
writes. So any text may stand in any node. Words are what `Inline` says: a `str` is the document's
own, a tuple is its parts in a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.core.invisible import marked

# Words. -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """What someone else wrote: one line, in which backticks make code.

    Where it is `bare`, a face that has no other sign for code leaves the backticks out.
    """

    text: str
    bare: bool = False

    def parts(self) -> Iterator[tuple[bool, str]]:
        """The words, and whether they are code, in turns; beginning and ending with none."""
        return parted(one_line(self.text))


@dataclass(frozen=True, slots=True)
class Code:
    """A name or a value, letter by letter; `bare` as for `Words`."""

    text: str
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Strong:
    """What a reader in a hurry must see."""

    words: Inline


@dataclass(frozen=True, slots=True)
class Emphasis:
    """What is said with stress, or is the title of something."""

    words: Inline


@dataclass(frozen=True, slots=True)
class Link:
    """A place to read more."""

    words: Inline
    url: str


@dataclass(frozen=True, slots=True)
class Person:
    """Someone, by name where it is known; `shared` says that someone else has the same name."""

    id: str
    name: str | None
    external: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Time:
    """A moment, and the words for it."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A remark beside a title that nobody may overlook."""

    words: str


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line within a paragraph; where a `soft` one is, the line may as well go on."""

    soft: bool = False


Inline: TypeAlias = (
    "str | Words | Code | Strong | Emphasis | Link | Person | Time | Flag | Break"
    " | tuple[Inline, ...]"
)
Atom: TypeAlias = "str | Words | Code | Strong | Emphasis | Link | Person | Time | Flag | Break"


# Blocks. ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A title: 1 for the whole document, 2 for a section, more within one.

    `beside` are a few facts that belong to it.
    """

    level: int
    words: Inline
    beside: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words."""

    words: Inline


@dataclass(frozen=True, slots=True)
class Notice:
    """A paragraph that stands out: a warning, or what someone is asked for."""

    words: Inline


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each entry holds blocks of its own.

    `letter` comes behind the number of the entry that a numbered list stands in: 3a.1.
    """

    entries: tuple[tuple[Block, ...], ...]
    numbered: bool = False
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be ticked off: by a command that shows something, or `how` else it is known."""

    words: Inline
    how: Inline = ()
    command: str | None = None
    shows: Inline = ()


@dataclass(frozen=True, slots=True)
class Ticks:
    """A list of claims, each with a box."""

    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Words with a label each, or none; those of one node may share a line.

    What is `spare` stands elsewhere as well: a face that is short of room leaves it out.
    """

    pairs: tuple[tuple[str, Inline], ...]
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as the header has; an empty header is none."""

    header: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]

    def __post_init__(self) -> None:
        if len({len(row) for row in self.rows} | ({len(self.header)} - {0})) > 1:
            raise ValueError("a table whose rows differ in length")

    @property
    def columns(self) -> int:
        """How many there are."""
        return len(self.header or (self.rows[0] if self.rows else ()))


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines exactly as they are; `typed` is a command that a person types."""

    text: str
    typed: bool = False


Block: TypeAlias = "Heading | Paragraph | Notice | Items | Ticks | Terms | Table | Listing"


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks, from the first to the last."""

    blocks: tuple[Block, ...]


# What makes them, and what every face needs. ----------------------------------------------------


def bullets(lines: Iterable[Inline]) -> Items:
    """A list of one line each."""
    return Items(tuple((Paragraph(line),) for line in lines))


def joined(between: str, parts: Iterable[Inline]) -> Inline:
    """The *parts* in a row, with *between* in the gaps."""
    row: list[Inline] = []
    for part in parts:
        row += [between, part] if row else [part]
    return tuple(row)


def lines(text: str) -> Inline:
    """What someone else wrote on several lines."""
    row: list[Inline] = []
    for line in text.splitlines():
        if line.strip():
            row += [Break(), Words(line)] if row else [Words(line)]
    return tuple(row)


def atoms(words: Inline) -> Iterator[Atom]:
    """The parts of *words*, one after another."""
    if isinstance(words, tuple):
        for part in words:
            yield from atoms(part)
    else:
        yield words


def broken(words: Inline) -> Iterator[tuple[list[Atom], Break]]:
    """The parts of each line of *words*, and how it ends."""
    row: list[Atom] = []
    for atom in (*atoms(words), Break()):
        if isinstance(atom, Break):
            yield row, atom
            row = []
        else:
            row.append(atom)


WHOLE = re.compile(r"\{\{ *\w+ *\}\}")
"""What stands for a value that is put in later; no face folds it."""
SHOWS = "expect"
"""Comes before what the command of a claim shows."""
NOTHING = "(empty)"
"""Stands where code has no letter."""

_BLANKS = re.compile(r"\s+")
_LINE_BREAK = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_TICKS = re.compile("`+")
_FENCE = 3


def one_line(text: str) -> str:
    """Put *text* on one line, ` / ` where it was broken, with what cannot be seen made visible."""
    return in_line(text.strip()).strip()


def in_line(text: str) -> str:
    """The same for a part of a line, whose blanks at the ends count."""
    return visible(_BLANKS.sub(_joint, text.replace("\t", " ")))


def _joint(blanks: re.Match[str]) -> str:
    # Blanks are taken a stretch at a time: asking at each of them what follows costs their square.
    return " / " if _LINE_BREAK.search(blanks[0]) else blanks[0]


def visible(text: str) -> str:
    """*text* with a sign in the place of each character that is none; line breaks and tabs stay.

    Control characters say nothing, those of direction make a line read as another, and those
    without width hide in a word.
    """
    return marked(text)


def parted(text: str) -> Iterator[tuple[bool, str]]:
    """The words of one line and, between two equally long runs of backticks, code, in turns.

    What ends a run of each length is found from the end on, once, so that the cost stays linear.
    """
    runs = list(_TICKS.finditer(text))
    ends: list[int | None] = []
    last: dict[int, int] = {}
    for number in range(len(runs) - 1, -1, -1):
        length = len(runs[number][0])
        ends.append(last.get(length))
        last[length] = number
    ends.reverse()
    begin = number = 0
    while number < len(runs):
        end = ends[number]
        inner = "" if end is None else text[runs[number].end() : runs[end].start()]
        if end is None or not inner.strip():
            number += 1
            continue
        yield False, text[begin : runs[number].start()]
        # A block of code on lines of its own: the breaks beside its fences are not part of it.
        is_block = len(runs[number][0]) >= _FENCE
        yield True, inner.strip().removeprefix("/ ").removesuffix(" /") if is_block else inner
        begin, number = runs[end].end(), end + 1
    yield False, text[begin:]
