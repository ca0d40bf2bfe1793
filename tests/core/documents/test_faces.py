"""Every face, whichever there are: it is tried, and nothing that it writes steers a reader."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.core.markup.faces import FACES
from bot.core.markup.model import Document
from tests.core.documents.made import documents
from tests.profiles import examples

DIRECTIONS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_every_face_is_listed_and_has_a_test_of_its_own() -> None:
    tried = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("*_face.py")}
    assert tried == {f"{name}_face" for name in FACES}


@pytest.mark.parametrize("name", FACES)
@given(document=documents())
@settings(max_examples=examples(60))
def test_nothing_written_steers_a_terminal_or_turns_words(name: str, document: Document) -> None:
    written = FACES[name](document)
    assert written.endswith("\n")
    # A tab in a command is a part of it.
    assert {c for c in written if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}
    assert not set(written) & DIRECTIONS
