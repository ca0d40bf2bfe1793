"""The evidence that the system recovered: each line of the verification and all that was seen."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.core.acting.sentences import light, why
from bot.core.documents.postmortem.model import Moment, Story
from bot.core.documents.postmortem.wording import clock, count, moment
from bot.core.markup.model import (
    Block,
    Code,
    Heading,
    Inline,
    Paragraph,
    Table,
    Words,
    bullets,
    joined,
)
from bot.core.procedure import Check
from bot.core.run import events as e
from bot.core.run.baseline import Baseline
from bot.core.run.expected import NOTE, at_start, is_so
from bot.core.run.proof import Item

_NONE = "The procedure has no verification, so nothing here shows that the system recovered."
_STALE = (
    "This does not count any more: the run was reopened after it, or a value of it was corrected."
)
_NO_LONGER = (
    "It is not confirmed any more: that was taken back, a step failed or was undone, a value in it "
    "was corrected, or the run was reopened."
)


def evidence(story: Story) -> Iterator[Block]:
    """The section's body: a heading for each line, with its verdict and what it rests on."""
    items = story.run.verification()
    if not items:
        yield Paragraph(_NONE)
        return
    green = sum(bool(item.green) for item in items)
    yield Paragraph(f"{green} of {count(len(items), 'line')} passed at the end of the record.")
    around: str | None = None
    for item in items:
        if item.group is not None and item.group != around:
            inside = [one for one in items if one.group == item.group]
            passed = sum(bool(one.green) for one in inside)
            yield Heading(3, (Words(item.group), f" · {passed} of {count(len(inside), 'line')}"))
        around = item.group
        level = 3 if item.group is None else 4
        yield Heading(level, (f"{light(item.green)} · ", Words(item.title)))
        yield from _by_hand(story, item)
        yield from _checked(story, item) if item.check else _vouched(story, item)


def _by_hand(story: Story, item: Item) -> Iterator[Block]:
    check = story.run.procedure.checks.get(item.check or "")
    if check is not None and check.by_hand is not None:
        words, hand = story.run.words, check.by_hand
        shows = (" Expect: ", Words(words(hand.expected))) if hand.expected else ""
        yield Paragraph(("By hand: ", Code(words(hand.run)), ".", shows))


def _vouched(story: Story, item: Item) -> Iterator[Block]:
    told: list[Inline] = []
    for m, event in story.of(e.RecoveryConfirmed, e.ConfirmationWithdrawn):
        if event.item != item.key:
            continue
        by = ("by ", story.names.of(event.by), " at ", moment(m.at))
        if isinstance(event, e.ConfirmationWithdrawn):
            told.append(("Taken back ", by, "."))
        else:
            words = (": ", story.names.words(event.words)) if event.words else "."
            told.append(("Confirmed ", by, words))
    yield bullets(told or ["Nobody has confirmed it."])
    if told and item.green is None:
        yield Paragraph(_NO_LONGER)


def _checked(story: Story, item: Item) -> Iterator[Block]:
    baseline = story.run.baseline.get(item.check or "")
    if baseline is not None:
        yield Paragraph(_before(story, baseline, item))
    looks = [(m, seen) for m, seen in story.of(e.CheckObserved) if seen.check == item.check]
    if not looks:
        yield Paragraph("Never checked.")
        return
    last, observed = looks[-1]
    yield Paragraph(("Checked: ", joined(" → ", (_look(story, m, seen) for m, seen in looks))))
    began = {} if baseline is None else _by_value(baseline.seen.seen)
    yield _seen(last, observed.seen, story.run.procedure.checks.get(observed.check), began)
    if item.green is None:
        yield Paragraph(_STALE)


def _before(story: Story, baseline: Baseline, item: Item) -> Inline:
    """What the look at the start showed, and what became of it."""
    run = story.run
    began = ("At the start (", clock(baseline.at, run.started_at), "): ")
    last = run.verdicts.get(item.check or "")
    told: Inline = at_start(baseline, run.procedure)
    if last is None:
        return began, told, "."
    after = e.BaselineSeen(check=last.observed.check, green=last.green, seen=last.observed.seen)
    now = at_start(Baseline(last.at, after), run.procedure)
    return began, told, " → ", now, " (", clock(last.at, run.started_at), ")."


Began = Mapping[tuple[str, str | None], str]
"""What the look at the start showed of a value, on a member."""


def _by_value(seen: Sequence[e.Seen]) -> Began:
    return {(_of(one), one.member): one.seen for one in seen}


def _of(seen: e.Seen) -> str:
    """What an expectation is about: one that names an earlier value, without that value."""
    before, same, _ = seen.expectation.partition(f" {_SAME} ")
    return f"{before} {_SAME}" if same else seen.expectation


_SAME = "same as at the start"


def _seen(
    look: Moment, seen: Sequence[e.Seen], check: Check | None, began: Began = MappingProxyType({})
) -> Table:
    """What was expected and seen; with a column of members only where there are any.

    Likewise with one of what was seen at the start.
    """
    each = any(one.member is not None for one in seen)
    rows = tuple(
        (
            is_so(one.expectation, check),
            *(["–" if one.member is None else Words(one.member)] if each else []),
            *([_began(began, one)] if began else []),
            Code(one.seen),
            "ℹ️ noted" if one.expectation == NOTE else "🟢 yes" if one.held else "🔴 no",
        )
        for one in seen
    )
    members = ["Member"] if each else []
    start = ["At the start"] if began else []
    seen_at: Inline = ("Seen at ", moment(look.at))
    return Table(("Expected", *members, *start, seen_at, "As expected"), rows)


def _began(began: Began, one: e.Seen) -> Inline:
    before = began.get((_of(one), one.member))
    return "–" if before is None else Code(before)


def _look(story: Story, m: Moment, observed: e.CheckObserved) -> Inline:
    at = clock(m.at, story.run.started_at)
    return f"{light(observed.green)} at ", at, why(story.run, observed)
