r"""A skeleton of one's own for post-mortems: Markdown, in which slots say where what stands.

A slot is a line of its own, `{{ timeline }}`, in whose place the section of that name is put,
without its heading: the skeleton has its own. There is no more to it, and no template language;
`\{{` stands for a pair of braces.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ABOUT = "about_this_document"
"""The slot without which nobody could check the record: where it has no place, it comes last."""
SLOTS: Mapping[str, str] = {
    "summary": "how it ended, inputs, times, and the summary that somebody wrote",
    "impact": "what was at stake, and whom it hit",
    "root_cause": "the symptoms, and why it happened",
    "key_times": "began, detected, started, recovered, closed",
    "responders": "who worked on it, in which roles",
    "deviations_from_the_procedure": "where the run left its procedure",
    "verification": "each check: what was expected and seen",
    "steps": "each step: who, when, commands, evidence, notes",
    "timeline": "all entries and messages, in order of time",
    "glossary": "the procedure's words",
    "lessons": "what went well and badly; of a drill, what was learned",
    "action_items": "what will be done, by whom and by when",
    ABOUT: "whether the record follows, and how to check it",
}
"""What can be put into a skeleton, by the names of the sections."""
_SLOT = re.compile(r"(?<!\\)\{\{(.*?)(?:\}\}|$)")
_ALONE = re.compile(r" {0,3}\{\{[ \t]*([^{}]*?)[ \t]*\}\}[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Slot:
    """A pair of braces in a skeleton: what stands in it, where, and whether alone on its line."""

    name: str
    line: int
    col: int
    alone: bool


Part = str | Slot
"""Markdown as it is, or a slot."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A skeleton as it was read: Markdown and slots, in their order."""

    parts: tuple[Part, ...]

    @property
    def slots(self) -> Iterator[Slot]:
        """The slots, in order."""
        return (part for part in self.parts if isinstance(part, Slot))


def slot_of(title: str) -> str:
    """The name of the slot for the section with this title."""
    return title.lower().replace(" ", "_")


def read(text: str) -> Skeleton:
    """Take a skeleton apart; what is wrong with its slots is for lint to say."""
    parts: list[Part] = []
    lines: list[str] = []
    fence = ""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        marked = _FENCE.match(line)
        if marked and (not fence or marked[1].startswith(fence)):
            fence = "" if fence else marked[1]
        slots = [] if fence or marked else list(_slots(line, number))
        if slots and slots[0].alone:
            parts += [*(["\n".join(lines)] if lines else []), slots[0]]
            lines = []
        else:
            parts += slots
            lines.append(line)
    return Skeleton((*parts, *(["\n".join(lines)] if lines else [])))


def _slots(line: str, number: int) -> Iterator[Slot]:
    if (alone := _ALONE.fullmatch(line)) is not None:
        yield Slot(alone[1], number, line.index("{{") + 1, alone=True)
        return
    for found in _SLOT.finditer(line):
        yield Slot(found[1].strip(), number, found.start() + 1, alone=False)
