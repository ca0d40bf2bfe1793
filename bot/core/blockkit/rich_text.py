"""A procedure's Markdown as Slack's rich text, which holds plain words and can inject nothing."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.core.markup.faces.text import write
from bot.core.markup.model import Document, Table
from bot.core.markup.prose import addresses

Block = dict[str, Any]

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}
_CODE = re.compile(r"`([^`]+)`")
_SCHEMES = ("https://", "http://", "mailto:")
_LARGEST_NUMBER = 1_000
"""The highest number that a list begins with."""
_TABLE_WIDTH = 56
"""How wide a table is, in characters: what a form in Slack shows of a line without folding it."""


def rich_text(markdown: str) -> list[Block]:
    """The elements of a `rich_text` block that show *markdown*."""
    root = SyntaxTreeNode(_MARKDOWN.parse(markdown))
    return list(_blocks(root.children, 0))


def words(text: str, **style: bool) -> Block:
    """A run of plain words, styled or not; Slack refuses an empty one, so that is a blank."""
    element: Block = {"type": "text", "text": text or " "}
    if style:
        element["style"] = style
    return element


def section(*elements: Block) -> Block:
    """A line of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def preformatted(text: str) -> Block:
    """A block of text to copy, exactly as it is."""
    return {"type": "rich_text_preformatted", "elements": [words(text)]}


def not_to_run(text: str) -> Block:
    """Commands to be read, and not to be copied yet: a quote, in which they are no block."""
    return {"type": "rich_text_quote", "elements": [words(text, code=True)]}


def bullets(lines: Sequence[str]) -> Block:
    """A bulleted list of lines that are plain, but for what stands in backticks."""
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [section(*_with_code(line)) for line in lines],
    }


def _with_code(line: str) -> list[Block]:
    parts = _CODE.split(line)  # plain, code, plain, …
    made = [
        words(part, code=True) if n % 2 else words(part) for n, part in enumerate(parts) if part
    ]
    return made or [words(line)]


def _blocks(nodes: Sequence[SyntaxTreeNode], depth: int) -> Iterator[Block]:
    for node in nodes:
        match node.type:
            case "fence" | "code_block":
                yield preformatted(node.content.rstrip("\n") or " ")
            case "bullet_list" | "ordered_list":
                yield from _list(node, depth)
            case "table":
                yield from _table(node)
            case "blockquote":
                yield {"type": "rich_text_quote", "elements": _paragraphs(_children(node))}
            case "hr":
                yield section(words("———"))
            case "heading":
                yield section(*_inline(node, {"bold": True}), words("\n"))
            case _:
                elements = _inline(node, {})
                if elements:
                    yield section(*elements, words("\n"))


def _list(node: SyntaxTreeNode, depth: int) -> Iterator[Block]:
    """A list; Slack's lists are flat, so a nested one splits it and its numbers go on after."""
    style = "ordered" if node.type == "ordered_list" else "bullet"
    lines: list[Block] = []
    counted = max(0, min(int(node.attrs.get("start", 1)), _LARGEST_NUMBER) - 1)

    def flush() -> Block:
        block: Block = {"type": "rich_text_list", "style": style, "elements": lines.copy()}
        if depth:
            block["indent"] = min(depth, 8)
        if style == "ordered" and counted > len(lines):
            block["offset"] = counted - len(lines)
        lines.clear()
        return block

    for item in node.children:
        parts = _children(item)
        counted += 1
        nested = [part for part in parts if part.type.endswith("_list") or part.type == "table"]
        lines.append(section(*_paragraphs([part for part in parts if part not in nested])))
        if nested:
            yield flush()
        for part in nested:
            yield from _table(part) if part.type == "table" else _list(part, depth + 1)
    if lines:
        yield flush()


def _table(node: SyntaxTreeNode) -> Iterator[Block]:
    """A table, as lines whose columns stand under each other, and what its cells lead to.

    Slack's own table comes once in a message, and below all else.
    """
    rows = [row.children for part in node.children for row in part.children]
    cells = [[list(_inline(cell, {})) for cell in row] for row in rows]
    header, *lines = [tuple("".join(map(_said, cell)) for cell in row) for row in cells]
    yield preformatted(write(Document((Table(header, tuple(lines)),)), _TABLE_WIDTH).rstrip("\n"))
    links = [one for row in cells for cell in row for one in cell if one["type"] == "link"]
    if links:
        parts = [part for one in links for part in (words(" · "), one)]
        yield section(*parts[1:], words("\n"))


def _said(element: Block) -> str:
    return str(element.get("text", "")).replace("\n", " ")


def _children(node: SyntaxTreeNode) -> Sequence[SyntaxTreeNode]:
    return node.children or ()


def _paragraphs(nodes: Sequence[SyntaxTreeNode]) -> list[Block]:
    """Several paragraphs where Slack holds one, each on a line of its own."""
    found: list[Block] = []
    for node in nodes:
        inner = list(_words(node, {}))
        if found and inner:
            found.append(words("\n"))
        found += inner
    return found or [words(" ")]


def _inline(node: SyntaxTreeNode, style: dict[str, bool]) -> list[Block]:
    return list(_words(node, style))


def _words(node: SyntaxTreeNode, style: dict[str, bool]) -> Iterator[Block]:  # noqa: C901 - one case a kind of node
    match node.type:
        case "text" | "html_inline" | "html_block":
            for is_address, text in addresses(node.content):
                if text:
                    yield _to(text, text, style) if is_address else words(text, **style)
        case "code_inline" | "fence" | "code_block":
            yield words(node.content.rstrip("\n") or " ", **style, code=True)
        case "softbreak":
            yield words(" ")
        case "hardbreak":
            yield words("\n")
        case "link":
            yield _link(node, style)
        case "image":
            yield _picture(node, style)
        case "list_item":
            yield words("• ")
            yield from _paragraphs(_children(node))
        case "bullet_list" | "ordered_list" | "blockquote":
            yield from _paragraphs(_children(node))
        case _:
            added = {_STYLES[node.type]: True} if node.type in _STYLES else {}
            for child in _children(node):
                yield from _words(child, {**style, **added})


def _link(node: SyntaxTreeNode, style: dict[str, bool]) -> Block:
    """A link; one to anywhere but the web or a mailbox is words."""
    label = "".join(e.get("text", "") for c in node.children for e in _words(c, {}))
    return _to(str(node.attrs.get("href", "")), label, style)


def _picture(node: SyntaxTreeNode, style: dict[str, bool]) -> Block:
    """A picture, as a link to it: a message that shows one which Slack cannot fetch is refused."""
    address, label = str(node.attrs.get("src", "")), node.content or "image"
    return _to(address, f"🖼️ {label}" if address.startswith(_SCHEMES) else label, style)


def _to(address: str, label: str, style: dict[str, bool]) -> Block:
    if not address.startswith(_SCHEMES):
        return words(label or address, **style)
    styled = {"style": style} if style else {}
    return {"type": "link", "url": address, "text": label or address, **styled}
