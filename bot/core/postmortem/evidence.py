"""The evidence that the system recovered: each line of the verification and all that was seen."""

from collections.abc import Iterator, Sequence

from bot.core import events as e
from bot.core.expected import is_so
from bot.core.postmortem.markdown import bullets, code, inline, table
from bot.core.postmortem.model import Moment, Story
from bot.core.postmortem.wording import WRITTEN, clock, count, light, moment, why_red
from bot.core.proof import Item

_STALE = "This does not count any more: the run was reopened after it."
_NO_LONGER = (
    "It is not confirmed any more: that was taken back, a step failed or was undone, or the run "
    "was reopened."
)


def evidence(story: Story) -> str:
    """The section's body: a heading for each line, with its verdict and what it rests on."""
    items = story.run.verification()
    if not items:
        return "The procedure has no verification, so nothing here shows that the system recovered."
    green = sum(bool(item.green) for item in items)
    parts = [f"{green} of {count(len(items), 'line')} passed at the end of the record."]
    for item in items:
        parts.append(f"### {light(item.green)} · {inline(item.title)}")
        parts.extend(_by_hand(story, item))
        parts.extend(_checked(story, item) if item.check else _vouched(story, item))
    return "\n\n".join(parts)


def _by_hand(story: Story, item: Item) -> Iterator[str]:
    check = story.run.procedure.checks.get(item.check or "")
    if check is not None and check.by_hand is not None:
        words, hand = story.run.words, check.by_hand
        shows = f" Expect: {inline(words(hand.expected))}" if hand.expected else ""
        yield f"By hand: {code(words(hand.run))}.{shows}"


def _vouched(story: Story, item: Item) -> Iterator[str]:
    told: list[str] = []
    for m, event in story.of(e.RecoveryConfirmed, e.ConfirmationWithdrawn):
        if event.item != item.key:
            continue
        by = f"by {story.names.of(event.by)} at {moment(m.at)}"
        if isinstance(event, e.ConfirmationWithdrawn):
            told.append(f"Taken back {by}.")
        else:
            words = f": {story.names.words(event.words)}" if event.words else "."
            told.append(f"Confirmed {by}{words}")
    yield bullets(told or ["Nobody has confirmed it."])
    if told and item.green is None:
        yield _NO_LONGER


def _checked(story: Story, item: Item) -> Iterator[str]:
    looks = [(m, seen) for m, seen in story.of(e.CheckObserved) if seen.check == item.check]
    if not looks:
        yield "Never checked."
        return
    last, observed = looks[-1]
    yield "Checked: " + " → ".join(_look(story, m, seen) for m, seen in looks)
    yield _seen(last, observed.seen)
    if item.green is None:
        yield _STALE


def _seen(look: Moment, seen: Sequence[e.Seen]) -> str:
    """What was expected and seen; with a column of members only where there are any."""
    each = any(one.member is not None for one in seen)
    rows = [
        (
            is_so(one.expectation, WRITTEN),
            *(["–" if one.member is None else inline(one.member)] if each else []),
            code(one.seen),
            "🟢 yes" if one.held else "🔴 no",
        )
        for one in seen
    ]
    members = ["Member"] if each else []
    return table(("Expected", *members, f"Seen at {moment(look.at)}", "As expected"), rows)


def _look(story: Story, m: Moment, observed: e.CheckObserved) -> str:
    why = "" if observed.green else f" ({why_red(observed)})"
    return f"{light(observed.green)} at {clock(m.at, story.run.started_at)}{why}"
