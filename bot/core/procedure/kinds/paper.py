"""What a step is printed with: the checks of its page, and how values are put into its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.core.markup.model import Block, Code, Flag, Inline, Terms, Words, lines
from bot.core.markup.prose import blocks
from bot.core.procedure.approval import say_approval
from bot.core.procedure.checks import Check
from bot.core.procedure.fields import show_duration
from bot.core.procedure.kinds.base import AnyLeaf, AnyWork


@dataclass(frozen=True, slots=True)
class Paper:
    """A page on which steps are printed.

    `proof` are the checks that its verification lists, `numbers` those of its steps, by their ids,
    `again` what is done with a step that failed, after the last one for its failure, and `next`
    what comes after a step, both in words.
    """

    checks: Mapping[str, Check]
    proof: Collection[str]
    numbers: Mapping[str, str]
    again: Mapping[str, str]
    next: Mapping[str, str]
    put: Callable[[str], str]

    def words(self, text: str) -> Inline:
        """A text with its values, line by line."""
        return lines(self.put(text))

    def asked_first(self, step: AnyWork) -> Iterator[Block]:
        """Who must approve before anyone begins it."""
        if step.approval:
            yield term("Approved by", Words(say_approval(step.approval)))

    def to_do(self, step: AnyLeaf) -> Iterator[Block]:
        """What the person does, in words."""
        if step.do:
            yield from blocks(step.do, self.put)
        if step.image:
            yield term("Picture", Words(step.image))

    def to_see(self, step: AnyWork) -> Iterator[Block]:
        """What is seen when it has worked, and what to do when not."""
        seen = (
            ("Expect", step.expected),
            (otherwise(step.expected, step.advice), step.advice),
            ("Time-out", say_timeout(step.timeout, step.remind, begun="begun")),
        )
        if told := tuple((label, self.words(text)) for label, text in seen if text):
            yield Terms(told)

    def by_hand(self, name: str) -> Iterator[Block]:
        """How a person sees what a check sees; the verification says so of its own."""
        hand = self.checks[name].by_hand
        if hand is not None and name not in self.proof:
            shows = (", expect ", self.words(hand.expected)) if hand.expected else ()
            yield term("By hand", (Code(self.put(hand.run)), shows))

    def way_back(self, step: AnyWork) -> Iterator[Block]:
        """How to undo it."""
        if step.rollback:
            yield term("Rollback", self.words(step.rollback))


def otherwise(expected: str | None, advice: str | None) -> str:
    """What stands before the words for a failure: nothing where they say themselves when."""
    if advice is not None and _SAYS_WHEN.match(advice):
        return ""
    return "If not" if expected else "If it fails"


_SAYS_WHEN = re.compile(r"(If|When|Unless|Once|As long as)\b")


def labeled(label: str, words: str) -> str:
    """Words with what they are about before them, where that is said."""
    return f"{label}: {words}" if label else words


def say_timeout(
    timeout: timedelta | None, remind: timedelta | None, *, begun: str = "taken"
) -> str | None:
    """How long a step may be in hand, in words; None where nothing says so."""
    if timeout is None:
        return None
    before = "" if remind is None else f", with a reminder {show_duration(remind)} before"
    return f"{show_duration(timeout)} after it is {begun}{before}"


def term(label: str, words: Inline) -> Terms:
    """A line of its own: what it is about, and what is said of that."""
    return Terms(((label, words),))


def danger(step: AnyWork) -> Inline:
    """What stands behind the title of a step that a person takes."""
    return Flag("cannot be undone") if step.danger else ""
