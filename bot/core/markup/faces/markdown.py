"""Documents as Markdown that nothing can break out of.

As little as possible is escaped, for the file is also read raw. What others wrote is escaped
wherever it stands on its line, the document's own words where they would mean something.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import assert_never
from urllib.parse import quote

from bot.core.markup.model import (
    NOTHING,
    SHOWS,
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

_DEEPEST = 6
_ALWAYS = re.compile(r"[\\`*\[\]~|$]")
_OUTER_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=[A-Za-z#])")
_HASH = re.compile(r"(?<!\S)#")
_COULD_START = re.compile(r"\A(?:[-+=>:]|\d{1,9}(?=[.)]))")
"""What begins a block at the start of some line: of others' words, which stand anywhere."""
_STARTS = re.compile(
    r"\A(?::?-+:?(?=$)|=+(?=$)|[-+](?=\s|$)|>|#{1,6}(?=\s|$)|\d{1,9}(?=[.)](?:\s|$)))"
)
"""What begins a block at the start of this line."""
_CLOSES = re.compile(r"(?<!\S)#(?=#*$)")
"""What ends a heading early."""
_IN_ADDRESS = ":/?#@!$&'+,;=%-._"
_LIVE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def write(document: Document) -> str:
    """The document as one Markdown text."""
    return "\n\n".join(_blocks(document.blocks)) + "\n"


# Blocks. ----------------------------------------------------------------------------------------


def _blocks(blocks: Sequence[Block], *, inner: bool = False) -> Iterator[str]:
    """Each block that says something; *inner* are those of a list's entry."""
    lists = 0
    for block in blocks:
        # Two lists of one sign in a row would be one list.
        other = lists % 2 == 1
        for text in _block(block, inner=inner, other=other):
            if text:
                lists = lists + 1 if isinstance(block, Items | Ticks) else 0
                yield text


def _block(block: Block, *, inner: bool, other: bool) -> Iterator[str]:
    match block:
        case Heading(level, words, beside):
            signs, title = "#" * min(level, _DEEPEST), _line(words)
            yield f"{signs} {_CLOSES.sub(_held, title)}"
            yield _STARTS.sub(_held, " · ".join(filter(None, map(_line, beside))), count=1)
        case Paragraph(words):
            yield "\n".join(_lines(words))
        case Notice(words):
            yield "\n".join(f"> {line}" for line in _lines(words))
        case Items():
            yield _items(block, other=other)
        case Ticks(claims):
            sign = "*" if other else "-"
            yield "\n".join(_claim(claim, sign) for claim in claims)
        case Terms(pairs):
            yield from (_term(label, words, inner=inner) for label, words in pairs)
        case Table():
            yield _table(block)
        case Listing(text, typed):
            yield _fence(text, "sh" if typed else "")
        case _:
            assert_never(block)


def _term(label: str, words: Inline, *, inner: bool) -> str:
    named = _marked("*" if inner else "**", f"{_own(label).strip()}:", "", " ") + " "
    return "\n".join(_lines(words, named if label else ""))


def _items(items: Items, *, other: bool) -> str:
    made = []
    for number, entry in enumerate(items.entries, start=1):
        bullet, after = ("*", ")") if other else ("-", ".")
        sign = f"{number}{after}" if items.numbered else bullet
        between = "\n" if not items.numbered and _is_pair(entry) else "\n\n"
        made.append(_hung(sign, between.join(_blocks(entry, inner=True))))
    return "\n".join(made)


def _is_pair(entry: Sequence[Block]) -> bool:
    """Whether it is a paragraph and what can follow one at once, and nothing else."""
    match entry:
        case (Paragraph(), Listing() | Notice()):
            return True
        case _:
            return False


def _hung(sign: str, text: str) -> str:
    """An entry of a list: what belongs to it stands under its first word."""
    pad = " " * (len(sign) + 1)
    first, *more = text.split("\n")
    return "\n".join([f"{sign} {first}".rstrip(), *(pad + line if line else "" for line in more)])


def _claim(claim: Claim, sign: str) -> str:
    how, shows = _line(claim.how), _line(claim.shows)
    words = _line(claim.words) + (f" ({how})" if how else "")
    if shows:
        words += f"; {SHOWS}: {shows}"
    parts = [f"[ ] {words}"]
    if claim.command is not None:
        parts.append(_fence(claim.command, "sh"))
    return _hung(sign, "\n\n".join(parts))


def _fence(text: str, kind: str) -> str:
    """Lines in a fence that is longer than any run of backticks inside."""
    shown = visible("\n".join(text.splitlines()))
    ticks = "`" * max(3, _longest_run(shown) + 1)
    return f"{ticks}{kind}\n{shown}\n{ticks}"


def _table(table: Table) -> str:
    if not table.columns:
        return ""
    header = table.header or ("",) * table.columns
    rule = "| " + " | ".join(["---"] * table.columns) + " |"
    return "\n".join([_table_row(header), rule, *map(_table_row, table.rows)])


def _table_row(cells: Sequence[Inline]) -> str:
    return "| " + " | ".join(_row(list(atoms(cell)), cell=True) for cell in cells) + " |"


# Words. -----------------------------------------------------------------------------------------


def _lines(words: Inline, before: str = "") -> list[str]:
    """Each line, the first after *before*, so that none of them begins a block."""
    made: list[tuple[str, Break]] = []
    for row, end in broken(words):
        if line := _row(row).strip():
            held = _STARTS.sub(_held, line if made else before + line, count=1)
            made.append((held, end))
    ends = ["" if end.soft else "\\" for _, end in made[:-1]]
    return [line + end for (line, _), end in zip(made, [*ends, ""], strict=True)] if made else []


def _line(words: Inline) -> str:
    return _row(list(atoms(words))).strip()


def _held(start: re.Match[str]) -> str:
    return f"{start[0]}\\" if start[0].isdigit() else f"\\{start[0]}"


def _row(row: Sequence[Atom], *, cell: bool = False, plain: bool = False) -> str:
    """The parts of a line in a row, where no two of them become something that neither is."""
    written = [_atom(atom, cell=cell, plain=plain) for atom in row]
    made: list[str] = []
    last = ""
    for index, (atom, text) in enumerate(zip(row, written, strict=True)):
        if not text:
            continue
        if isinstance(atom, Strong | Emphasis) and not plain:
            after = next((one[0] for one in written[index + 1 :] if one), "")
            sign = "**" if isinstance(atom, Strong) else "*"
            text = _marked(sign, text, last, after)  # noqa: PLW2901 - what is written of it
        if last == "`" == text[0]:
            made.append(" ")
        elif last in _SEAMS and _SEAMS[last].match(text):
            made[-1] = made[-1][:-1] + _ESCAPED[last]
        made.append(text)
        last = text[-1]
    return "".join(made)


_SEAMS = {
    "<": re.compile(r"[A-Za-z/!?]"),
    "&": re.compile(r"[A-Za-z#]"),
    "!": re.compile(r"\["),
}
_ESCAPED = {"<": "&lt;", "&": "&amp;", "!": "\\!"}


def _atom(atom: Atom, *, cell: bool, plain: bool) -> str:
    match atom:
        case str():
            return _own(atom)
        case Words():
            return _words(atom, cell=cell)
        case Code(text):
            return _code(text, cell=cell)
        case Strong(words) | Emphasis(words):
            return _row(list(atoms(words)), cell=cell, plain=True)
        case Link():
            return _link(atom, cell=cell, plain=plain)
        case Person():
            return _person(atom, cell=cell)
        case Time(words=words):
            return _own(words)
        case Flag(words):
            return f" ({_own(words)})"
        case Break(soft):
            return " " if soft else " / "
        case _:
            assert_never(atom)


def _own(text: str) -> str:
    """Words of the document's own: they mean nothing wherever they stand within a line."""
    return _escaped(in_line(text))


def _words(words: Words, *, cell: bool = False) -> str:
    """Words of others: they read as they were written, wherever on a line they stand."""
    made = ""
    for is_code, part in words.parts():
        made += _code(part, cell=cell) if is_code else _HASH.sub(r"\\#", _escaped(part))
    return _COULD_START.sub(_held, made, count=1)


def _escaped(text: str) -> str:
    text = _OUTER_UNDERSCORE.sub(r"\\_", _ALWAYS.sub(r"\\\g<0>", text))
    return _TAG.sub("&lt;", _ENTITY.sub("&amp;", text))


def _code(text: str, *, cell: bool = False) -> str:
    text = one_line(text)
    if not text:
        return NOTHING
    ticks = "`" * (_longest_run(text) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    if cell:
        # The splitting of a row into cells takes off the backslash before a pipe.
        text = text.replace("|", "\\|")
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _marked(sign: str, text: str, before: str, after: str) -> str:
    """*text* between two signs, or alone where they would not be taken for such."""
    core = text.strip()
    if not core:
        return text
    lead, _, tail = text.partition(core)
    opens = _blank(lead[-1:] or before) or not _is_sign(core[0])
    closes = _blank(tail[:1] or after) or not _is_sign(core[-1])
    if not (opens and closes) or (before == "*" and not lead):
        return text
    return f"{lead}{sign}{core}{sign}{tail}"


def _blank(character: str) -> bool:
    return not character or character.isspace()


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _link(link: Link, *, cell: bool, plain: bool) -> str:
    words = _row(list(atoms(link.words)), cell=cell, plain=True).strip()
    if not plain and _LIVE.match(link.url):
        address = quote(link.url, safe=_IN_ADDRESS).replace("&", "&amp;")
        return f"[{words or _own(link.url)}]({address})"
    return f"{words} ({_own(link.url)})" if words else _own(link.url)


def _person(person: Person, *, cell: bool) -> str:
    key = _code(person.id, cell=cell)
    mark = " (external)" if person.external else ""
    if person.name is None:
        return key + mark
    return _words(Words(person.name), cell=cell) + (f" ({key})" if person.shared else "") + mark
