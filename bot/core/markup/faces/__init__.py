"""What a document can be written in, by name; a new face is a module here and a line below."""

from collections.abc import Callable, Mapping

from bot.core.markup.faces import markdown, text
from bot.core.markup.model import Document

MARKDOWN, TEXT = "markdown", "text"

FACES: Mapping[str, Callable[[Document], str]] = {
    TEXT: text.write,
    MARKDOWN: markdown.write,
}
