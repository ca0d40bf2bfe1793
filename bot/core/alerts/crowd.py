"""Many groups of alerts at once: one message that counts them by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.blockkit import blocks as b
from bot.core.blockkit.picture import Picture
from bot.core.text import brief, clock, counted, escape, shorten

MOST = 20
"""So many groups that wait for one channel have a message each; more have one together."""
NAMED = 25
"""The most names that the message counts; the groups of others are counted together."""


LOOKED_AT = 200
"""Of so many groups that fire the labels are looked at; by name, all of them are counted."""
_TITLE = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """A procedure that fits some of the groups: how many, at least, and what its button carries.

    `more` says that others may fit as well, at whose labels nobody looked.
    """

    id: str
    title: str
    groups: int
    more: bool
    value: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many groups have a name, and how many of them fire."""

    name: str
    groups: int
    firing: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Groups that share one message, by name, those of which most fire first."""

    id: str
    team: str | None
    channel: str
    began: datetime
    counts: Sequence[Count]

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return sum(one.groups for one in self.counts)

    @property
    def firing(self) -> int:
        """How many of them fire."""
        return sum(one.firing for one in self.counts)


def draw(crowd: Crowd, offers: Sequence[Offer] = ()) -> Picture:
    """The message of many groups at once, and the procedures that fit them."""
    groups = counted(crowd.groups, "group")
    if crowd.firing:
        words = f"{groups} of alerts at once, {crowd.firing:,} firing"
        head = f":red_circle: *{groups} of alerts* at once, {crowd.firing:,} firing"
    else:
        words = f"{groups} of alerts have resolved"
        head = f":white_check_mark: *{groups} of alerts* have resolved"
    lines = [_line(one) for one in crowd.counts[:NAMED]]
    if left := crowd.counts[NAMED:]:
        others = counted(len(left), "other name")
        lines.append(f"… {others}: {counted(sum(one.groups for one in left), 'group')}")
    small = f"{escape(crowd.id)} · since {clock(crowd.began)} · one message, since so many came"
    fits = [_offered(one, crowd.id) for one in offers] if crowd.firing else []
    return Picture(words, [b.section(head), *b.sections(lines), *fits, b.context(small)])


def _offered(offer: Offer, which: str) -> b.Block:
    least = "at least " if offer.more else ""
    words = f"*{brief(offer.title, _TITLE)}* · `{offer.id}` · fits {least}"
    press = b.button("Start…", "start", offer.value, says=shorten(f"Start {offer.title}", 75))
    said = f"{words}{counted(offer.groups, 'group')}"
    return b.section(said, block_id=f"alert:{which}:{offer.id}", accessory=press)


def _line(one: Count) -> str:
    sign = ":red_circle:" if one.firing else ":white_check_mark:"
    still = f", {one.firing:,} firing" if one.firing != one.groups else ""
    return f"{sign} {brief(one.name, 150)}: {counted(one.groups, 'group')}{still}"
