"""What an author wrote in Markdown, as parts of a document; its values are put in afterwards.

So no value can become markup: it is put into words and code, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.core.markup.model import (
    Block,
    Break,
    Code,
    Emphasis,
    Heading,
    Inline,
    Items,
    Link,
    Listing,
    Notice,
    Paragraph,
    Strong,
    Table,
)

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_BRACES = re.compile(r"%7B%7B(?:%20)*(\w+)(?:%20)*%7D%7D")
"""A placeholder in the address of a link, as Markdown gives it."""
_ADDRESS = re.compile(r"https?://(?:\{\{ *\w+ *\}\}|[^\s<>\"`…])+", re.IGNORECASE)
_HOST = re.compile(r"https?://(?:[\w.-]|\{\{ *\w+ *\}\})+(?::\d+)?(?:[/?#]|$)", re.IGNORECASE)
_TRAILING = ".,;:!?'*_~"

Put = Callable[[str], str]
"""Puts values into a text."""


def addresses(text: str) -> Iterator[tuple[bool, str]]:
    """The parts of plain words, and whether each is an address of the web, as people write it.

    What was cut off, with an ellipsis, is none: it would lead somewhere else.
    """
    begin = 0
    for match in _ADDRESS.finditer(text):
        start, address = match.start(), _trimmed(match[0])
        if text[match.end() : match.end() + 1] != "…" and _HOST.match(address):
            yield False, text[begin:start]
            yield True, address
            begin = start + len(address)
    yield False, text[begin:]


def _trimmed(address: str) -> str:
    """An address without the punctuation of the sentence that it ends."""
    while address:
        last = address[-1]
        unopened = last in ")]" and address.count(last) > address.count("(" if last == ")" else "[")
        if last not in _TRAILING and not unopened:
            break
        address = address[:-1]
    return address


def blocks(markdown: str, put: Put) -> Iterator[Block]:
    """The blocks that *markdown* says."""
    yield from _blocks(SyntaxTreeNode(_MARKDOWN.parse(markdown)).children, put)


def page(markdown: str) -> Iterator[Block]:
    """The same for what is a part of a page of its own: its headings are headings below the title.

    Nothing is put into it.
    """
    for node in SyntaxTreeNode(_MARKDOWN.parse(markdown)).children:
        if node.type == "heading":
            yield Heading(max(2, int(node.tag.removeprefix("h"))), _row(node.children, str))
        else:
            yield from _blocks([node], str)


def _blocks(nodes: Sequence[SyntaxTreeNode], put: Put) -> Iterator[Block]:
    for node in nodes:
        match node.type:
            case "fence" | "code_block":
                yield Listing(put(node.content.rstrip("\n")))
            case "bullet_list" | "ordered_list":
                entries = tuple(tuple(_blocks(entry.children, put)) for entry in node.children)
                yield Items(entries, numbered=node.type == "ordered_list")
            case "blockquote":
                yield from (
                    Notice(block.words) if isinstance(block, Paragraph) else block
                    for block in _blocks(node.children, put)
                )
            case "table":
                yield _table(node, put)
            case "heading":
                yield Paragraph(Strong(_row(node.children, put)))
            case "paragraph":
                yield Paragraph(_row(node.children, put))
            case _:
                yield Paragraph("———")


def _table(node: SyntaxTreeNode, put: Put) -> Table:
    header, *rows = (
        tuple(_row(cell.children, put) for cell in row.children)
        for part in node.children
        for row in part.children
    )
    return Table(header, tuple(rows))


def _row(nodes: Sequence[SyntaxTreeNode], put: Put) -> Inline:
    return tuple(_words(node, put) for node in nodes)


def _words(node: SyntaxTreeNode, put: Put) -> Inline:
    match node.type:
        case "code_inline":
            return Code(put(node.content))
        case "softbreak":
            return Break(soft=True)
        case "hardbreak":
            return Break()
        case "strong":
            return Strong(_row(node.children, put))
        case "em":
            return Emphasis(_row(node.children, put))
        case "link":
            return Link(_row(node.children, put), _address(node.attrs["href"], put))
        case "image":
            return Link(put(node.content) or "picture", _address(node.attrs["src"], put))
        case "inline":
            return _row(node.children, put)
        case _:
            return _plain(node.content, put)


def _plain(text: str, put: Put) -> Inline:
    """Words, in which an address is something to follow."""
    found = tuple(addresses(text))
    if len(found) == 1:
        return put(text)
    return tuple(Link((), put(part)) if is_one else put(part) for is_one, part in found if part)


def _address(href: object, put: Put) -> str:
    return put(_BRACES.sub(r"{{ \1 }}", str(href)))
