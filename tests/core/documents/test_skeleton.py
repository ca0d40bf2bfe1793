"""A skeleton of one's own: sections in their slots, and what is wrong with it, and where."""

import re
from pathlib import Path

import pytest

from bot.core.acting.names import Names
from bot.core.documents.postmortem import document
from bot.core.documents.postmortem.document import _sections
from bot.core.documents.postmortem.model import tell
from bot.core.documents.postmortem.skeleton import SLOTS, read, slot_of
from bot.core.documents.postmortem.talk import NOTHING
from bot.core.lint.skeleton import examine_skeleton
from bot.core.markup.faces import FACES
from tests.core.story import EXPORTED, NAMES, key_compromise, render

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "skeleton.md"
ALL = "\n".join(f"{{{{ {name} }}}}" for name in SLOTS)


def written(text: str, face: str = "markdown") -> str:
    desk = key_compromise()
    skeleton, _ = examine_skeleton(text, "s.md")
    assert skeleton is not None
    made = document(
        desk.run, desk.facts, names=NAMES, said=(), exported_at=EXPORTED, skeleton=skeleton
    )
    return FACES[face](made)


def wrong(text: str) -> list[str]:
    return [str(one) for one in examine_skeleton(text, "s.md")[1] if one.severity == "error"]


def test_each_section_has_a_slot_and_each_slot_a_section() -> None:
    desk = key_compromise()
    story = tell(desk.run, desk.facts, Names(NAMES, {}), (), EXPORTED)
    titles = [title for title, _ in _sections(story, None, NOTHING)]
    assert {slot_of(title) for title in titles} | {"glossary"} == set(SLOTS)


def test_sections_stand_where_their_slots_are_under_the_skeletons_own_headings() -> None:
    text = written("## Why\n\n{{ root_cause }}\n\n## How *long*\n\n{{key_times}}\n")
    assert text.startswith("# Post-mortem: ")
    assert text.index("\n## Why\n") < text.index("\n## How *long*\n") < text.index("| Closed |")
    assert "## Root cause" not in text
    assert "## Timeline" not in text


def test_how_to_check_the_record_is_never_lost() -> None:
    assert "## About this document\n" in written("{{ summary }}\n")
    once = written("## The record\n\n{{ about_this_document }}\n\n## More\n\nIt.\n")
    assert once.count("The log hash") == 1
    assert "## About this document" not in once
    assert once.index("The log hash") < once.index("## More")


def test_a_skeleton_with_all_slots_has_all_that_the_built_in_document_has() -> None:
    desk = key_compromise()
    plain = render(desk.run, desk.facts, names=NAMES, said=(), exported_at=EXPORTED)
    titled = "\n".join(f"## {name}\n\n{{{{ {name} }}}}\n" for name in SLOTS)
    own = written(titled)
    missing = [
        line
        for line in plain.splitlines()
        if line.strip() and not line.startswith("## ") and line not in own
    ]
    assert missing == []


@pytest.mark.parametrize("face", FACES)
def test_what_a_skeleton_says_is_written_in_every_face(face: str) -> None:
    text = written("## Ours\n\nRead `it` <b>twice</b>.\n\n{{ impact }}\n", face)
    assert re.search(r"^(## Ours|OURS|.*<h2[^>]*>Ours.*)$", text, re.MULTILINE)
    assert ("<b>twice" in text) is (face == "text")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "a\n\n  {{ timelin }}\n",
            "s.md:3:3: error: there is no slot timelin. Write: {{ timeli",
        ),
        ("{{ }}\n", "s.md:1:1: error: there is no slot without a name"),
        ("See {{ timeline }}.\n", "s.md:1:5: error: a slot stands on a line of its own"),
        ("{{ steps }}\n\n{{ steps }}\n", "s.md:3:1: error: steps is here twice: first in line 1"),
        ("{{ steps\n", "s.md:1:1: error: a slot stands on a line of its own"),
        ("{{ for x in y }}\n", "s.md:1:1: error: there is no slot for x in y"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_column(text: str, said: str) -> None:
    (found,) = wrong(text)
    assert found.startswith(said)


def test_what_lacks_is_a_warning_and_so_is_a_title() -> None:
    skeleton, problems = examine_skeleton("# Mine\n\n{{ steps }}\n", "s.md")
    assert skeleton is not None
    assert [one.severity for one in problems] == ["warning", "warning"]
    assert "the document will lack summary, impact" in str(problems[0]) + str(problems[1])
    assert examine_skeleton(ALL, "s.md")[1] == ()


def test_braces_in_code_and_escaped_ones_are_no_slots() -> None:
    text = "```\n{{ steps }}\n```\n\nGo's \\{{ .Name }}\n"
    assert list(read(text).slots) == []
    assert "{{ steps }}" in written(text)
    assert "{{ .Name }}" in written(text)


def test_the_example_of_the_guide_is_whole_and_the_guide_has_every_slot() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    (example,) = re.findall(r"```markdown\n(.*?)\n```", guide, re.DOTALL)
    assert examine_skeleton(example, "x.md")[1] == ()
    assert [name for name in SLOTS if f"| `{{{{ {name} }}}}` | {SLOTS[name]} |" not in guide] == []
