"""What only people can tell of a run, part by part: the record has when and who, they have why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.person import Happened, Person


class PartWritten(Happened):
    """Someone wrote, or rewrote, a part of the post-mortem that only people can write."""

    kind: Literal["part_written"] = "part_written"
    v: Literal[1] = 1
    part: str
    by: Person
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A part as it stands: who wrote it last, and when."""

    by: Person
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part: what it is called, and what is asked for."""

    title: str
    ask: str


LEARNED = "learned"
"""What a drill is for."""

PARTS: Mapping[str, Part] = {
    "summary": Part(
        "Summary",
        "two or three sentences for someone who was not there: what broke, and the end.",
    ),
    "impact": Part("Impact", "who could not do what, for how long, and how many they were."),
    "cause": Part("Root cause", "what made this possible, how it was noticed, and why not sooner."),
    "well": Part("What went well", "what helped, so that it is kept."),
    "badly": Part(
        "What went badly",
        "what cost time or made it worse; the deviations are a place to look.",
    ),
    "lucky": Part("Where we were lucky", "what would have made it worse, and did not happen."),
    LEARNED: Part("What was learned", "what this drill showed, and what will be changed for it."),
}
"""Every part, in the order of the document."""


def parts(*, drill: bool) -> Mapping[str, Part]:
    """The parts that a run has: only a drill is asked what was learned."""
    return {name: part for name, part in PARTS.items() if drill or name != LEARNED}
