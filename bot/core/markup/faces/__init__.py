"""What a document can be written in, by name; a new face is a module here and a line below."""

from collections.abc import Callable, Mapping

from bot.core.markup.faces import html, markdown, text
from bot.core.markup.model import Document

MARKDOWN, TEXT, HTML = "markdown", "text", "html"

FACES: Mapping[str, Callable[[Document], str]] = {
    TEXT: text.write,
    MARKDOWN: markdown.write,
    HTML: html.write,
}
