"""What a document can be written in, by name; a new face is a module here and a line below."""

from collections.abc import Callable, Mapping

from bot.core.documents.faces import markdown, text
from bot.core.documents.model import Document

MARKDOWN, TEXT = "markdown", "text"

FACES: Mapping[str, Callable[[Document], str]] = {
    TEXT: text.write,
    MARKDOWN: markdown.write,
}
