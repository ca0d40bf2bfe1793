"""A procedure's Markdown as Slack's rich text, which holds plain words and can inject nothing."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Block = dict[str, Any]

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}
_CODE = re.compile(r"`([^`]+)`")
_SCHEMES = ("https://", "http://", "mailto:")
_LARGEST_NUMBER = 1_000
"""The highest number that a list begins with."""


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
        own = [part for part in parts if not part.type.endswith("_list")]
        lines.append(section(*_paragraphs(own)))
        nested = [part for part in parts if part.type.endswith("_list")]
        if nested:
            yield flush()
        for part in nested:
            yield from _list(part, depth + 1)
    if lines:
        yield flush()


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
            if node.content:
                yield words(node.content, **style)
        case "code_inline" | "fence" | "code_block":
            yield words(node.content.rstrip("\n") or " ", **style, code=True)
        case "softbreak":
            yield words(" ")
        case "hardbreak":
            yield words("\n")
        case "link":
            yield _link(node, style)
        case "image":
            yield words(node.content or "image", **style)
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
    href = str(node.attrs.get("href", ""))
    if not href.startswith(_SCHEMES):
        return words(label or href, **style)
    styled = {"style": style} if style else {}
    return {"type": "link", "url": href, "text": label or href, **styled}
