"""Documents, written: a procedure's page in each face, all procedures as a book, a post-mortem.

Pure; nothing here prints. One page is 66 lines of 100 columns: what a printer puts on A4 or
Letter at ten points. What cannot be folded, a long command, counts for the lines it takes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence

from bot.core.documents.page import front, page
from bot.core.markup.faces import FACES, TEXT
from bot.core.markup.faces.text import WIDTH
from bot.core.markup.model import Document
from bot.core.procedure import Procedure
from bot.core.procedure.filling import for_incident

PAGE_LINES = 66
PAGE_COLUMNS = WIDTH
JSON = "json"


def written(face: str, make: Callable[[], Document]) -> str:
    """The document that *make* makes, written; both in one, for a process that does it apart."""
    return FACES[face](make())


def printed(face: str, procedure: Procedure, given: Mapping[str, str] | None = None) -> str:
    """The page: with the *given* values put in, or for any incident (none given)."""
    if face == JSON:
        return as_json(procedure, given)
    return FACES[face](page(procedure, given))


def page_lines(procedure: Procedure) -> int:
    """How many lines the procedure takes when printed."""
    lines = printed(TEXT, procedure).splitlines()
    return sum(max(1, -(-len(line) // PAGE_COLUMNS)) for line in lines)


def book(procedures: Sequence[Procedure]) -> str:
    """All *procedures* as plain text: a page of contents, then each on a page of its own."""
    write = FACES[TEXT]
    pages = [write(page(one, None, number)) for number, one in enumerate(procedures, start=1)]
    edition = hashlib.sha256("\f".join(pages).encode()).hexdigest()[:8]
    return "\n\f\n".join([write(front(procedures, edition)).rstrip("\n"), *pages])


def as_json(procedure: Procedure, given: Mapping[str, str] | None = None) -> str:
    """The procedure as JSON, in the keys of its file, with the values put in."""
    shown = for_incident(procedure, given)
    data = shown.model_dump(mode="json", exclude_unset=True)
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
