"""Every face says the same: each number, time, name and code, as often, of any run.

The data of `run/v1` is held against the document as well, and what people wrote is the same words
in all of them.
"""

import json
import re
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.acting.names import Names
from bot.core.documents.postmortem import Said, document
from bot.core.documents.postmortem.talk import NOTHING
from bot.core.documents.run_v1.model import By
from bot.core.documents.run_v1.writing import Kept, written
from bot.core.engine import commands as c
from bot.core.markup.faces import html, markdown, text
from bot.core.markup.model import Document, one_line, visible
from tests.core.documents.test_html_face import Read
from tests.core.hostile import HOSTILE
from tests.core.living import live
from tests.core.procedure_strategies import procedures
from tests.core.sealing.room import Vault
from tests.core.story import EXPORTED, NAMES, SAID, key_compromise
from tests.core.strategies import ANA, PEOPLE, START, Desk
from tests.profiles import examples

WIDE = 1_000_000
"""A width at which nothing is folded."""
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def readings(made: Document) -> dict[str, str]:
    """What a reader reads in each face, without what only marks it up."""
    page = html.write(made)
    plain = re.sub(r"<nav.*?</nav>|<p class=\"zone\".*?</p>", "", page)
    return {
        "html": read(plain),
        "markdown": read(MARKDOWN.render(markdown.write(made))),
        "text": text.write(made, WIDE).replace("=" * WIDE, ""),
    }


def read(page: str) -> str:
    """The words of a page; what stands in one cell or block is apart from the next."""
    return Read(re.sub(r"(</(?:td|th|p|li|h\d|pre)>|<br ?/?>)", r" \1 ", page)).text


def told(words: str) -> Counter[str]:
    """The numbers, times, hashes and codes in *words*, as often as they are there."""
    found = re.findall(r"\w[\w:.-]*", words.replace("`", " "))
    return Counter(one.strip(".:-").lower() for one in found if re.search(r"\d", one))


def of_run(desk: Desk, said: tuple[Said, ...] = SAID) -> Document:
    return document(desk.run, desk.facts, names=NAMES, said=said, exported_at=EXPORTED)


@given(st.data())
@settings(max_examples=examples(40))
def test_every_face_has_the_same_numbers_times_names_and_codes(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    live(desk, Random(data.draw(st.integers(0, 1 << 30))), 25)  # noqa: S311 - a test
    read_in = readings(of_run(desk))
    found = {face: told(words) for face, words in read_in.items()}
    assert found["html"] == found["markdown"]
    assert found["html"] == found["text"]
    for face, words in read_in.items():
        for person in PEOPLE:
            called = NAMES.get(person.id, person.name or person.id)
            many = {other: read_in[other].count(called) for other in read_in}
            assert len(set(many.values())) == 1, (face, called, many)
        assert desk.run.head in words


@given(st.data())
@settings(max_examples=examples(30))
def test_the_data_says_what_the_document_says(data: st.DataObject) -> None:
    desk = Desk(data.draw(procedures()), key_id="key-a")
    live(desk, Random(data.draw(st.integers(0, 1 << 30))), 25)  # noqa: S311 - a test
    page = letters(readings(of_run(desk))["html"])
    vault = Vault(desk.facts)
    kept = Kept("KC-7", vault.rows, vault.people, vault.checked())
    run = json.loads(written(kept, By(at=EXPORTED, version="0", names=NAMES), SAID, NOTHING))
    for moment in run["times"]:
        if moment["at"] is not None:
            at = moment["at"].rstrip("Z").replace("T", " ")[:19]
            assert letters(f"{at} entry {moment['entry']}, ") in page
    for span in run["spans"]:
        assert span["seconds"] is None or letters(span["words"]) in page
    for step in run["steps"]:
        assert letters(f"{step['number']} · ") in page
        assert letters(step["standing"]) in page
    for deviation in run["deviations"]:
        assert deviation["kind"]
        assert letters(deviation["words"]) in page
    for line in run["verification"]:
        assert letters(one_line(line["title"])) in page
    told_of = {one["id"]: one["name"] or one["id"] for one in run["people"] if one["acted"]}
    assert all(letters(name) in page for name in told_of.values())


@pytest.mark.parametrize("message", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_message_is_the_same_plain_words_in_every_face(message: str) -> None:
    desk = key_compromise()
    desk.do(c.Reopen(ANA, "more came"))
    desk.do(c.AddNote(None, ANA, message))
    said = (Said(START, "U0BEN", message),)
    note = desk.facts[-1].event
    kept = getattr(note, "text", "")
    names = Names(NAMES, desk.run.people)
    for face, words in readings(of_run(desk, said)).items():
        for wrote in (message, kept):
            shown = [visible(line.replace("\t", " ")) for line in names.as_read(wrote).splitlines()]
            seen = letters(words)
            assert all(letters(line) in seen for line in shown), (face, wrote)


def letters(words: str) -> str:
    """What stands in *words* but for blanks, and the signs that mark code."""
    return re.sub(r"[\s`]", "", words)


def test_there_are_fifty_hostile_messages() -> None:
    assert len(set(HOSTILE)) >= 50
