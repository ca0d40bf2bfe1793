"""Whatever people and runbooks write, the document keeps its structure and loses nobody."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.documents.postmortem import Said
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from tests.core.story import EXPORTED, render
from tests.core.strategies import (
    PEOPLE,
    START,
    Desk,
    commands,
    hostile,
    hostile_lines,
    procedures,
)
from tests.profiles import examples

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
LIVE = {"html_inline", "html_block", "link_open", "image", "s_open", "em_open"}
SECTIONS = [
    "Summary",
    "Impact",
    "Key times",
    "Responders",
    "Timeline",
    "Steps",
    "Verification",
    "Deviations from the procedure",
    "Root cause",
    "Lessons",
    "Action items",
    "About this document",
]


def tokens(text: str) -> list[Token]:
    return [one for block in MARKDOWN.parse(text) for one in (block, *(block.children or ()))]


@given(st.data())
@settings(max_examples=examples(60))
def test_nothing_that_is_written_escapes_its_place(data: st.DataObject) -> None:
    procedure = data.draw(procedures(hostile_lines))
    people = [replace_name(one, data.draw(hostile)) for one in PEOPLE]
    desk = Desk(procedure, key_id=data.draw(hostile_lines))
    for _ in range(data.draw(st.integers(0, 12))):
        try:
            desk.do(data.draw(commands(desk.run, hostile, st.sampled_from(people))))
        except Refused:
            continue
    said = tuple(
        Said(START, one.id, text)
        for one, text in zip(people, data.draw(st.lists(hostile, max_size=3)), strict=False)
    )
    names = {"U0ANA": data.draw(hostile), "C0TRUST": data.draw(hostile)}
    text = render(desk.run, desk.facts, names=names, said=said or None, exported_at=EXPORTED)
    # A message that was added to the timeline leads to where it stands in Slack, and nowhere else.
    _has_only_its_own_structure(text, {pin.pinned.link for pin in desk.run.pins.values()})
    _tells_every_step_once(desk, text)
    _names_everyone(desk, text, said)
    _tells_every_fact(desk, text)


def replace_name(person: e.Person, name: str) -> e.Person:
    return person.model_copy(update={"name": name})


def _has_only_its_own_structure(text: str, links: set[str]) -> None:
    found = tokens(text)
    assert {one.attrs["href"] for one in found if one.type == "link_open"} <= links
    never = {*LIVE - {"link_open"}, "code_block", "hr", "lheading_open"}
    assert not {one.type for one in found} & never
    headings = [
        found[i + 1].content
        for i, one in enumerate(found)
        if (one.type, one.tag) == ("heading_open", "h2")
    ]
    assert headings == SECTIONS
    assert sum(one.tag == "h1" and one.type == "heading_open" for one in found) == 1
    columns, count = 0, 0
    for one in found:
        if one.type == "thead_open":
            columns = 0
        columns += one.type == "th_open"
        count = 0 if one.type == "tr_open" else count + (one.type == "td_open")
        if one.type == "tr_close" and count:
            assert count == columns
    # Every line that is a row was read as one: no row was broken off its table.
    fences = re.compile(r"^(`{3,})\n.*?^\1$", re.MULTILINE | re.DOTALL)
    rows = [line for line in fences.sub("", text).splitlines() if line.startswith("| ")]
    tables = sum(one.type == "table_open" for one in found)
    assert len(rows) == sum(one.type == "tr_open" for one in found) + tables


def _part(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def _tells_every_step_once(desk: Desk, text: str) -> None:
    headings = re.findall(r"^#{3,6} ([0-9a-f.]+) · ", _part(text, "Steps"), re.MULTILINE)
    leaves = [placed.number for placed in desk.run.placed]
    assert [number for number in headings if number in leaves] == leaves
    assert len(headings) == len(set(headings))


def _names_everyone(desk: Desk, text: str, said: tuple[Said, ...]) -> None:
    rows = [line for line in _part(text, "Responders").splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + len({*desk.run.people, *(one.by for one in said)})


def _tells_every_fact(desk: Desk, text: str) -> None:
    numbers = re.findall(
        r"^\| [0-9: -]+ \| (\d+)(?:–(\d+))? \|", _part(text, "Timeline"), re.MULTILINE
    )
    told_of = [n for a, b in numbers for n in range(int(a), int(b or a) + 1)]
    assert told_of == [fact.seq for fact in desk.facts]
