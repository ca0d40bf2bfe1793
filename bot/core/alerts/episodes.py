"""Alerts put together into episodes, by what they say of themselves and not by their arrival.

A sender repeats what it said, says it out of order, and says it to several replicas at once. So
what is known of a group is a set of alerts, each known by its fingerprint and its beginning, and
the episodes are worked out from that set: whatever comes in whichever order and however often, the
same set makes the same episodes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from bot.core.alerts.model import Alert, Episode, Notification

MOST = 500
"""The most alerts that are kept of an episode; those beyond are counted."""
REMEMBERED = 5
"""How many episodes of a group are looked at: what is told of an older one is of no news."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What an episode that begins needs beside its alerts: its workspace, and its channel."""

    team: str | None
    channel: str


Pair = tuple[str, datetime]
"""By what an alert is known: its fingerprint and its beginning."""


def merge(
    known: Sequence[Episode],
    said: Notification,
    received: datetime,
    opening: Opening,
    name: Callable[[], str],
) -> Sequence[Episode]:
    """The episodes of a group once *said* is known as well: those that are new or otherwise.

    *known* are the last REMEMBERED ones of the group, the first one first; *received* stands for
    the time where the sender tells none; *name* gives the id of an episode that begins.
    """
    before = [alert for one in known for alert in one.alerts]
    came = _timed(before, said, received)
    if len(known) >= REMEMBERED:
        came = [one for one in came if _begins(one) >= known[0].began]
    spells = partition((*before, *came))
    made: list[Episode] = []
    left = list(known)
    previous = known[0].previous if known else None
    for spell in spells:
        pairs = {_pair(one) for one in spell}
        mine = next((one for one in left if any(_pair(a) in pairs for a in one.alerts)), None)
        if mine is None:
            if _is_left_out(spell, known):
                continue
            mine = _begun(name(), said, opening, spell)
        else:
            left.remove(mine)
        made.append(_filled(mine, spell, said if _tells_of(came, spell) else None, previous))
        previous = made[-1].id
    made += [_joined(one, made) for one in left if one.joined is None and made]
    return [one for one in made if one not in known]


def partition(alerts: Iterable[Alert]) -> Sequence[Sequence[Alert]]:
    """Alerts as episodes, the first one first: each lasts until all of it has ended.

    An alert that began again has ended before that, whether anybody said so or not.
    """
    united = _united(alerts)
    again: dict[Pair, datetime] = {}
    by_print: dict[str, list[Alert]] = {}
    for one in united:
        by_print.setdefault(one.fingerprint, []).append(one)
    for same in by_print.values():
        again |= {_pair(one): _begins(later) for one, later in pairwise(same)}
    spells: list[list[Alert]] = []
    reach: datetime | None = None
    for alert in united:
        begins = _begins(alert)
        # One that began again while it fired, as far as was told, had ended just before.
        anew, end = again.get(_pair(alert)), alert.ends_at
        bound = None if anew is None or (end is not None and end < anew) else anew
        one = alert if bound is None else replace(alert, ends_at=bound)
        if not spells or (reach is not None and begins >= reach):
            spells.append([])
            reach = begins
        spells[-1].append(one)
        reach = None if reach is None or one.ends_at is None else max(reach, one.ends_at)
    return spells


def _united(alerts: Iterable[Alert]) -> Sequence[Alert]:
    """Each alert once, with all that is known of it, in the order in which they began."""
    found: dict[Pair, Alert] = {}
    for one in alerts:
        pair = _pair(one)
        found[pair] = one if pair not in found else _both(found[pair], one)
    return sorted(found.values(), key=lambda one: (_begins(one), one.fingerprint))


def _both(one: Alert, other: Alert) -> Alert:
    """What two say of one alert; of two that say as much, any rule will do that asks no arrival."""
    # An end is told late, and may have been taken from a later beginning: the earlier one is right.
    ends = [end for end in (one.ends_at, other.ends_at) if end is not None]
    most = max(one, other, key=lambda a: (a.ends_at is not None, _written(a)))
    return replace(most, ends_at=min(ends, default=None))


def _written(alert: Alert) -> Sequence[object]:
    return sorted(alert.labels.items()), sorted(alert.annotations.items()), alert.link


def _timed(before: Sequence[Alert], said: Notification, received: datetime) -> list[Alert]:
    """What came, each with its times; what a sender gives none counts as it comes."""
    made = []
    for one in said.alerts:
        if one.starts_at is not None:
            made.append(one)
            continue
        fires = [a for a in before if a.fingerprint == one.fingerprint and a.firing]
        begun = fires[-1].starts_at if fires else None
        ends = None if one.firing else received
        if begun is not None:
            # An end may say nothing but which alert it is of.
            made.append(replace(fires[-1] if ends else one, starts_at=begun, ends_at=ends))
        elif one.firing:
            made.append(replace(one, starts_at=received))
        # The end of what did not fire is of no news.
    return made


def _begun(name: str, said: Notification, opening: Opening, spell: Sequence[Alert]) -> Episode:
    return Episode(
        id=name,
        team=opening.team,
        group=said.group,
        labels={},
        began=_begins(spell[0]),
        ended=None,
        alerts=(),
        channel=opening.channel,
        door=said.door,
        link=said.link,
    )


def _filled(
    episode: Episode, spell: Sequence[Alert], said: Notification | None, previous: str | None
) -> Episode:
    """An episode with the alerts that are its own, MOST of them at the most."""
    kept = sorted(spell, key=_worth)[:MOST]
    ends = [one.ends_at for one in spell]
    left_out = max(0 if said is None else said.left_out, len(spell) - len(kept))
    return replace(
        episode,
        began=min(episode.began, _begins(spell[0])) if episode.alerts else _begins(spell[0]),
        ended=None if None in ends else max(end for end in ends if end is not None),
        labels=_common(kept),
        alerts=tuple(sorted(kept, key=lambda one: (_begins(one), one.fingerprint))),
        previous=previous,
        left_out=max(episode.left_out, left_out),
        joined=None,
    )


def _common(alerts: Sequence[Alert]) -> dict[str, str]:
    """The labels that all of them have."""
    first, *others = alerts
    return {k: v for k, v in first.labels.items() if all(a.labels.get(k) == v for a in others)}


def _worth(alert: Alert) -> tuple[object, ...]:
    """What is kept first: what fires, and then what ended last, so that an episode stays one."""
    end = alert.ends_at
    return end is not None, 0.0 if end is None else -end.timestamp(), _pair(alert)


def _joined(episode: Episode, others: Sequence[Episode]) -> Episode:
    """One whose alerts turned out to be another's."""
    pairs = {_pair(one) for one in episode.alerts}
    whose = [one for one in others if any(_pair(a) in pairs for a in one.alerts)]
    into = whose[0] if whose else others[-1]
    ended = episode.ended or into.ended or into.began
    return replace(episode, alerts=(), ended=ended, joined=into.id)


def _is_left_out(spell: Sequence[Alert], known: Sequence[Episode]) -> bool:
    """Whether it belongs to an episode that has so many alerts that no more are kept."""
    begins = _begins(spell[0])
    return any(
        len(one.alerts) >= MOST
        and one.began <= begins
        and (one.ended is None or begins < one.ended)
        for one in known
    )


def _tells_of(came: Iterable[Alert], spell: Iterable[Alert]) -> bool:
    pairs = {_pair(one) for one in spell}
    return any(_pair(one) in pairs for one in came)


def _pair(alert: Alert) -> Pair:
    return alert.fingerprint, _begins(alert)


def _begins(alert: Alert) -> datetime:
    if alert.starts_at is None:
        raise ValueError(f"alert {alert.fingerprint} has no beginning")
    return alert.starts_at
