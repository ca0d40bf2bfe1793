"""What an author wrote in Markdown, as parts of a document; its values are put in afterwards.

So no value can become markup: it is put into words and code, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.core.markup.model import (
    Block,
    Break,
    Code,
    Emphasis,
    Inline,
    Items,
    Link,
    Listing,
    Notice,
    Paragraph,
    Strong,
)

_MARKDOWN = MarkdownIt("commonmark", {"html": False})

Put = Callable[[str], str]
"""Puts values into a text."""


def blocks(markdown: str, put: Put) -> Iterator[Block]:
    """The blocks that *markdown* says."""
    yield from _blocks(SyntaxTreeNode(_MARKDOWN.parse(markdown)).children, put)


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
            case "heading":
                yield Paragraph(Strong(_row(node.children, put)))
            case "paragraph":
                yield Paragraph(_row(node.children, put))
            case _:
                yield Paragraph("———")


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
            return Link(_row(node.children, put), str(node.attrs["href"]))
        case "image":
            return put(node.content)
        case "inline":
            return _row(node.children, put)
        case _:
            return put(node.content)
