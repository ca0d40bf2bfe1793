"""Documents as one HTML page that asks nobody for anything: to read, to print, to keep.

Whatever stands in a node is escaped here, and nothing of it is markup. The page may run the one
script and use the one style that are in it, by their hashes, and nothing else: should something
ever get out of its place, the browser holds it back. Times are UTC; the script puts those of the
reader's zone beside them, for whoever asks for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC
from html import escape
from typing import assert_never
from urllib.parse import quote

from bot.core.markup.faces.page_html import POLICY, SCRIPT, STYLE, ZONE
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
from bot.core.markup.plain import plain

_DEEPEST = 6
_TITLE, _SECTION = 1, 2
_LISTED = 3
"""From how many sections on a page has a list of them."""
_IN_ADDRESS = ":/?#@!$&'+,;=%-._"
_LIVE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def write(document: Document) -> str:
    """The document as a page of its own."""
    sections = [one for one in document.blocks if _is_section(one)]
    listed = len(sections) >= _LISTED
    title = next((one for one in document.blocks if isinstance(one, Heading)), None)
    named = escape(plain(title.words)) if title is not None else ""
    body = list[str]()
    number = 0
    for block in document.blocks:
        if _is_section(block):
            number += 1
            if number == 1 and listed:
                body.append(_contents(sections))
        body += _block(block, number=number)
    timed = any("<time" in one for one in body)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{named}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            *([ZONE] if timed else []),
            "<main>",
            *body,
            "</main>",
            *([f"<script>{SCRIPT}</script>"] if timed else []),
            "</body>",
            "</html>\n",
        ]
    )


def _is_section(block: Block) -> bool:
    return isinstance(block, Heading) and block.level == _SECTION


def _contents(sections: Sequence[Block]) -> str:
    entries = "".join(
        f'<li><a href="#section-{number}">{escape(plain(one.words))}</a></li>'
        for number, one in enumerate(sections, start=1)
        if isinstance(one, Heading)
    )
    return f'<nav aria-label="Contents"><ol>{entries}</ol></nav>'


# Blocks. ----------------------------------------------------------------------------------------


def _block(block: Block, *, number: int = 0, path: str = "") -> Iterator[str]:
    """A block; *number* is that of its section, *path* that of the entry of a list it is in."""
    match block:
        case Heading():
            yield from _heading(block, number)
        case Paragraph(words) | Notice(words):
            yield _paragraph(words, ' class="notice"' if isinstance(block, Notice) else "")
        case Items():
            yield _items(block, path)
        case Ticks(claims):
            entries = "".join(f"<li>{_claim(claim)}</li>" for claim in claims)
            yield f'<ul class="ticks">{entries}</ul>'
        case Terms(pairs):
            yield "".join(_term(label, words) for label, words in pairs)
        case Table():
            yield from _table(block)
        case Listing(text, typed):
            yield _listing(text, typed=typed)
        case _:
            assert_never(block)


def _heading(heading: Heading, number: int) -> Iterator[str]:
    tag = f"h{min(heading.level, _DEEPEST)}"
    place = f' id="section-{number}"' if heading.level == _SECTION else ""
    yield f"<{tag}{place}>{_words(heading.words)}</{tag}>"
    beside = " · ".join(filter(None, map(_words, heading.beside)))
    if beside:
        yield f'<p class="beside">{beside}</p>'


def _paragraph(words: Inline, kind: str) -> str:
    said = _words(words)
    return f"<p{kind}>{said}</p>" if said else ""


def _term(label: str, words: Inline) -> str:
    named = f"<b>{_own(label).strip()}:</b> " if label else ""
    return f'<p class="term">{named}{_words(words)}</p>'


def _listing(text: str, *, typed: bool) -> str:
    kind = ' class="typed"' if typed else ""
    shown = escape(visible("\n".join(text.splitlines())))
    return f"<pre{kind}><code>{shown}</code></pre>"


def _items(items: Items, path: str) -> str:
    """A list; the numbers are written out, so that a copy of the text has them as well."""
    made = []
    for count, entry in enumerate(items.entries, start=1):
        number = f"{path}{count}"
        inner = list[str]()
        for block in entry:
            nested = isinstance(block, Items) and block.numbered and items.numbered
            below = f"{number}{block.letter}." if nested and isinstance(block, Items) else ""
            inner += _block(block, path=below)
        sign = f'<span class="number">{number}.</span> ' if items.numbered else ""
        made.append(f"<li>{sign}{''.join(inner)}</li>")
    tag, kind = ("ol", ' class="numbered" role="list"') if items.numbered else ("ul", "")
    return f"<{tag}{kind}>{''.join(made)}</{tag}>"


def _claim(claim: Claim) -> str:
    how, shows = _words(claim.how), _words(claim.shows)
    words = _words(claim.words) + (f" ({how})" if how else "")
    if shows:
        words += f"; {SHOWS}: {shows}"
    command = _listing(claim.command, typed=True) if claim.command else ""
    return f'<span class="box" role="img" aria-label="to do">☐</span> {words}{command}'


def _table(table: Table) -> Iterator[str]:
    if not table.columns:
        return
    kind = ' class="pairs"' if table.columns == len(("name", "value")) else ""
    yield f'<div class="table"><table{kind}>'
    if table.header:
        cells = "".join(f'<th scope="col">{_words(cell)}</th>' for cell in table.header)
        yield f"<thead><tr>{cells}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(f'<td>{_words(cell)}</td>' for cell in row)}</tr>"
    yield "</tbody></table></div>"


# Words. -----------------------------------------------------------------------------------------


def _words(words: Inline) -> str:
    """Each line of *words*, with a break between two."""
    made = ""
    before: Break | None = None
    for row, end in broken(words):
        line = "".join(map(_atom, row)).strip()
        if line:
            if before is not None:
                made += " " if before.soft else "<br>"
            made += line
            before = end
    return made


def _atom(atom: Atom) -> str:
    match atom:
        case str():
            return _own(atom)
        case Words():
            return _isolated("".join(_part(part, code=code) for code, part in atom.parts()))
        case Code(text):
            return _part(one_line(text), code=True) or NOTHING
        case Strong(words) | Emphasis(words):
            tag = "strong" if isinstance(atom, Strong) else "em"
            return f"<{tag}>{''.join(map(_atom, atoms(words)))}</{tag}>"
        case Link():
            return _link(atom)
        case Person():
            return _person(atom)
        case Time(at, words):
            moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
            return f'<time datetime="{moment}">{_own(words)}</time>'
        case Flag(words):
            return f' <span class="flag">{_own(words)}</span>'
        case Break():
            return "<br>"
        case _:
            assert_never(atom)


def _own(text: str) -> str:
    return escape(in_line(text))


def _part(text: str, *, code: bool) -> str:
    return f"<code>{escape(text)}</code>" if code and text else escape(text)


def _isolated(words: str) -> str:
    """Words of others, whose direction turns nothing around them."""
    return words if words.isascii() or not words else f"<bdi>{words}</bdi>"


def _link(link: Link) -> str:
    words = "".join(map(_atom, atoms(link.words))).strip()
    shown = escape(one_line(link.url))
    if _LIVE.match(link.url):
        address = escape(quote(link.url, safe=_IN_ADDRESS))
        return f'<a href="{address}" rel="noreferrer noopener">{words or shown}</a>'
    return f"{words} ({shown})" if words else shown


def _person(person: Person) -> str:
    mark = " (external)" if person.external else ""
    key = _part(one_line(person.id), code=True)
    if person.name is None:
        return key + mark
    name = _isolated(escape(one_line(person.name)))
    return name + (f" ({key})" if person.shared else "") + mark
