"""What one person is asked who is to take over what someone has in several runs: one message.

It stands where they and the bot are alone, so it tells of runs that only they both see.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.acting.catchup import catch_up
from bot.core.acting.handoff_message import answers, how_it_ended
from bot.core.acting.naming import by_name
from bot.core.acting.shift import roles_of, steps_of
from bot.core.acting.shift import said as told
from bot.core.acting.thread import said
from bot.core.blockkit.blocks import Block, actions, button, divider, section, sections, size
from bot.core.blockkit.picture import BLOCKS, BUDGET, Picture
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.shift import HandoffOffered
from bot.core.text import brief, clock, counted, cut, mention, run_link

_TITLE = 120
"""How much of a run's title the message shows."""
SENTENCES = (10, 5, 2, 0)
"""How many sentences of each run's catch-up it shows: as many as there is room for."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run that is to change hands: its entries, the one that offers it, and its board."""

    run: Run
    facts: Sequence[e.Fact]
    number: int
    board: str | None

    @property
    def ended(self) -> str | None:
        """How it ended, in words; None while it waits."""
        return how_it_ended(self.run, self.facts, self.number)


def offered_within(facts: Sequence[e.Fact], run_id: str, to: e.Person) -> int | None:
    """The last entry that offers something to someone for which another run's message asks."""
    found = [
        f.seq
        for f in facts
        if isinstance(f.event, HandoffOffered)
        and f.event.within == run_id
        and f.event.whom.id == to.id
    ]
    return found[-1] if found else None


def asking(event: HandoffOffered, parts: Sequence[Part]) -> Picture:
    """Each run with its catch-up and its own answer, and one answer for all; the first asks.

    It waits as long as one of them does.
    """
    by, waiting = by_name(parts[0].run, event.by), [part for part in parts if part.ended is None]
    first = parts[0].run
    if not waiting:
        ends = [f"{part.run.id}: {part.ended}." for part in parts]
        return said("\n".join([f"🤝 {by} asked you to take over.", *ends]))
    until = clock(event.until, since=first.started_at)
    has = "; ".join(f"{part.run.id}: {_has(part)}" for part in waiting)
    runs = counted(len(waiting), "run")
    words = f"🤝 {by} asks you to take over in {runs}, until {until}: {has}."
    head = f"🤝 {by} asks you to take over in {runs}. Please answer until {until}."
    blocks: list[Block] = []
    for sentences in SENTENCES:
        blocks = _blocks(head, parts, sentences)
        if len(blocks) <= BLOCKS and size(blocks) <= BUDGET:
            break
    return Picture(cut(words, _SPOKEN), blocks[:BLOCKS])


_SPOKEN = 1_500
"""How long the sentence for notifications is at most."""


def _has(part: Part) -> str:
    return told(steps_of(part.run, _by(part)), roles_of(part.run, _by(part))) or "nothing any more"


def _by(part: Part) -> e.Person:
    event = part.facts[part.number - 1].event
    if not isinstance(event, HandoffOffered):
        raise TypeError(f"entry {part.number} of {part.run.id} offers no hand-off")
    return event.by


def _blocks(head: str, parts: Sequence[Part], sentences: int) -> list[Block]:
    first = parts[0]
    everything = button(
        "Accept all", "handoff_accept_all", f"{first.run.id}/{first.number}", style="primary"
    )
    blocks = [section(head), actions("handoff", everything)]
    for part in parts:
        blocks += [divider(), *_of_run(part, sentences)]
    return blocks


def _of_run(part: Part, sentences: int) -> list[Block]:
    run = part.run
    name = f"*{run_link(run.id, part.board)}* {brief(run.title, _TITLE)}"
    if part.ended is not None:
        return [section(f"{name}: {part.ended}.")]
    tells = [one.text for one in catch_up(run) if one.tells][:sentences]
    return [
        section(f"{name}\nTo take over: {_has(part)}."),
        *sections(tells),
        actions(f"handoff:{run.id}", *answers(run, part.number)),
    ]


def without_others(run: Run, event: HandoffOffered) -> Picture:
    """The same where others read it as well: nothing of the other runs is in it."""
    whom, by = mention(event.whom), by_name(run, event.by)
    return said(
        f"🤝 {run.id}: {whom}, {by} asks you to take over, here and elsewhere: each board's thread "
        "has the request with *Accept*."
    )
