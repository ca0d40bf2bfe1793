"""Episodes of alerts, kept: what senders say is put together with what is known, at once.

It decides nothing itself: `bot.core.alerts.episodes` does. One process at a time sees to a group,
so that what is said to several replicas at once is put together once.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.core.alerts.episodes import REMEMBERED, merge
from bot.core.alerts.model import Alert, Episode
from bot.core.run.chain import stamp
from bot.core.run.polling import ALERT_HEARD
from bot.edges.store import postgres
from bot.edges.store import statements as sql
from bot.edges.store.database import Database
from bot.edges.store.schema import episodes, runs, timers
from bot.edges.store.teams import Teams
from bot.ports.alerts import Heard

PREFIX = "AL"
"""What the ids of episodes begin with."""
CROWD = "crowd"
"""The door of what stands for many episodes."""
HOUR = 3600.0
"""Seconds: how exactly it is kept when a sender last spoke of an episode."""
FORGOTTEN = 500
"""How many episodes are forgotten at a time, so that nobody waits for it."""

_OF_GROUP = (
    select(episodes)
    .where(episodes.c.of_group == bindparam("of"))
    .order_by(episodes.c.number.desc())
    .limit(REMEMBERED)
)
_NUMBER = select(func.coalesce(func.max(episodes.c.number), 0))
_CHANGE = update(episodes).where(episodes.c.id == bindparam("of"))
_CROWDS = (
    select(episodes.c.crowd)
    .where(episodes.c.id.in_(bindparam("ids", expanding=True)), episodes.c.crowd.is_not(None))
    .distinct()
    .order_by(episodes.c.crowd)
)
_HEARD = update(episodes).where(
    episodes.c.of_group == bindparam("of"), episodes.c.heard_at < bindparam("before")
)
_ARMED = select(timers.c.due_at).where(
    timers.c.run_id == bindparam("run_id"), timers.c.name == bindparam("name")
)
NEW: dict[str, Any] = {
    "ts": None, "wanted": 1, "shown": 0, "unsure": False, "generation": 0, "due_at": 0.0,
    "lease_until": 0.0, "lease": 0, "failures": 0, "crowd": None,
}  # fmt: skip
"""How the message of a new row stands."""


class Taking:
    """What some senders said at once, put together with what is known of their groups."""

    def __init__(self, database: Database, teams: Teams, heard: Sequence[Heard]) -> None:
        self._database, self._teams, self._heard = database, teams, heard

    def __call__(self, connection: Connection) -> Sequence[Sequence[Episode]]:
        """Put them together, and write what is new or otherwise by it."""
        keys = [self._key(one) for one in self._heard]
        alone(self._database, connection, sorted(set(keys)))
        received = datetime.fromtimestamp(self._database.dated(connection), UTC)
        now = self._database.now(connection)
        known: dict[str, dict[str, Episode]] = {}
        there: set[str] = set()
        for key in set(keys):
            found = connection.execute(_OF_GROUP, {"of": key}).all()
            there |= {row.id for row in found}
            known[key] = {row.id: episode_of(row, self._teams) for row in reversed(found)}
        # Before any row of an episode, as whoever has a run say how it stands.
        told = {run for group in known.values() for one in group.values() for run in one.runs}
        still = open_runs(connection, told)
        self._last: int | None = None
        changed: dict[str, tuple[str, Episode]] = {}
        made: list[Sequence[Episode]] = []
        for key, one in zip(keys, self._heard, strict=True):
            latest = sorted(known[key].values(), key=lambda e: e.began)[-REMEMBERED:]
            name = lambda: self._name(connection)  # noqa: E731 - asked only where one begins
            new = merge(latest, one.said, received, one.opening, name)
            new = _with_runs(new, known[key], still)
            known[key] = known[key] | {episode.id: episode for episode in new}
            changed |= {episode.id: (key, episode) for episode in new}
            made.append(new)
        for key, episode in changed.values():
            self._write(connection, key, episode, now, is_known=episode.id in there)
        connection.execute(
            _HEARD.values(heard_at=now),
            [{"of": k, "before": now - HOUR} for k in sorted(set(keys))],
        )
        # Last, so that nobody waits for a row while a crowd's is held.
        for crowd in connection.execute(_CROWDS, {"ids": sorted(changed)}).scalars().all():
            want(connection, crowd, now)
        hear(
            self._database, connection, still & {r for _, one in changed.values() for r in one.runs}
        )
        return made

    def _key(self, heard: Heard) -> str:
        """What a group is known by: a sender may call it anything, at any length."""
        said = [heard.opening.team or self._teams.first or "", heard.said.door, heard.said.group]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def _name(self, connection: Connection) -> str:
        if self._last is None:
            self._last = last_number(self._database, connection)
        self._last += 1
        return f"{PREFIX}-{self._last}"

    def _write(
        self, connection: Connection, key: str, episode: Episode, now: float, *, is_known: bool
    ) -> None:
        values = _values(episode) | {"runs": json.dumps(list(episode.runs))}
        if not is_known:
            first = {"of_group": key, "heard_at": now, "created_at": now, "waiting_since": now}
            place = {"team": episode.team, "door": episode.door, "channel": episode.channel}
            number = int(episode.id.rpartition("-")[2])
            connection.execute(
                insert(episodes).values(
                    id=episode.id, number=number, **place, **NEW, **first, **values
                )
            )
            return
        more = episodes.c.wanted + 1
        # What is counted elsewhere, or was never there, has nothing of its own to show.
        silent: ColumnElement[bool] = episodes.c.crowd.is_not(None)
        if episode.joined is not None:
            silent = or_(silent, episodes.c.ts.is_(None) & episodes.c.unsure.is_(False))
        message = {"wanted": more, "shown": case((silent, more), else_=episodes.c.shown)}
        connection.execute(
            _CHANGE.values(**values, **message, waiting_since=_since(now)), {"of": episode.id}
        )


def _with_runs(
    changed: Sequence[Episode], known: Mapping[str, Episode], still: Collection[str]
) -> Sequence[Episode]:
    """The same, each with the runs that it goes to.

    One that begins goes to those of the one before it that are open *still*; what turned out to be
    part of another brings its runs there.
    """
    made = {**known}
    for one in changed:
        before = made.get(one.previous or "") if one.id not in known else None
        runs = () if before is None else tuple(run for run in before.runs if run in still)
        made[one.id] = one if before is None else replace(one, runs=runs)
    for one in changed:
        into = made.get(one.joined or "")
        if into is not None and set(one.runs) - set(into.runs):
            made[into.id] = replace(into, runs=tuple(dict.fromkeys((*into.runs, *one.runs))))
    return [one for name, one in made.items() if one is not known.get(name)]


def open_runs(connection: Connection, run_ids: Iterable[str]) -> set[str]:
    """Those of these runs that are open; nobody appends to one until this transaction ends."""
    asked = sorted(set(run_ids))
    if not asked:
        return set()
    sql.HEADS[connection.dialect.name].run(connection, {"ids": json.dumps(asked)})
    found = select(runs.c.run_id).where(runs.c.run_id.in_(asked), runs.c.open)
    return set(connection.execute(found).scalars())


def hear(database: Database, connection: Connection, run_ids: Iterable[str]) -> None:
    """Have runs hear how their alerts stand, which nobody else appends to just now.

    Set anew, a timer is due later than it was: who read it before says nothing that is older.
    """
    due = datetime.fromtimestamp(database.dated(connection), UTC).timestamp()
    for run_id in sorted(run_ids):
        place = {"run_id": run_id, "name": ALERT_HEARD}
        was = connection.execute(_ARMED, place).scalar()
        later = due if was is None or was < due else _a_little_after(was)
        sql.ARM[connection.dialect.name].run(connection, {**place, "due_at": later})


def _a_little_after(due: float) -> float:
    return datetime.fromtimestamp(due + 0.001, UTC).timestamp()


def alone(database: Database, connection: Connection, keys: Sequence[str]) -> None:
    """See to these groups alone until the transaction ends; in order, so nobody waits in a ring."""
    if database.shared:
        for number in sorted({int(key[:15], 16) for key in keys}):
            postgres.take_turn(connection, number)


def last_number(database: Database, connection: Connection) -> int:
    """The last number that was given; nobody else gives one until this transaction ends."""
    database.take_turn(connection)
    return int(connection.execute(_NUMBER).scalar_one())


def want(connection: Connection, name: str, now: float) -> None:
    """Have a row's message shown as it is now."""
    wish = {"wanted": episodes.c.wanted + 1, "waiting_since": _since(now)}
    connection.execute(_CHANGE.values(**wish), {"of": name})


def _since(now: float) -> Any:
    """Since when a row waits that is wanted now: who waits keeps the time since when."""
    waits = episodes.c.wanted > episodes.c.shown
    return case((waits, episodes.c.waiting_since), else_=now)


def forget(connection: Connection, before: float) -> None:
    """Forget some of what nobody spoke of since; the last number stays, and is not given again."""
    last = select(func.max(episodes.c.number)).scalar_subquery()
    old = (
        select(episodes.c.id)
        .where(episodes.c.heard_at < before, episodes.c.number < last)
        .order_by(episodes.c.heard_at)
        .limit(FORGOTTEN)
    )
    connection.execute(delete(episodes).where(episodes.c.id.in_(old)))


# Rows. -------------------------------------------------------------------------------------------


def _values(episode: Episode) -> dict[str, Any]:
    said = {
        "group": episode.group,
        "labels": dict(episode.labels),
        "link": episode.link,
        "left_out": episode.left_out,
    }
    return {
        "name": json.dumps(episode.name[:200]),
        "said": json.dumps(said),
        "alerts": json.dumps([_alert(one) for one in episode.alerts]),
        "began": stamp(episode.began),
        "ended": None if episode.ended is None else stamp(episode.ended),
        "previous": episode.previous,
        "joined": episode.joined,
    }


def _alert(alert: Alert) -> dict[str, Any]:
    made: dict[str, Any] = {
        "fingerprint": alert.fingerprint,
        "starts_at": None if alert.starts_at is None else stamp(alert.starts_at),
        "labels": dict(alert.labels),
    }
    if alert.ends_at is not None:
        made["ends_at"] = stamp(alert.ends_at)
    if alert.annotations:
        made["annotations"] = dict(alert.annotations)
    if alert.link:
        made["link"] = alert.link
    return made


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def episode_of(row: Any, teams: Teams) -> Episode:
    """A row as the episode that it is."""
    said = json.loads(row.said)
    alerts = (
        Alert(
            one["fingerprint"],
            _time(one["starts_at"]),
            _time(one.get("ends_at")),
            one["labels"],
            one.get("annotations", {}),
            one.get("link", ""),
        )
        for one in json.loads(row.alerts)
    )
    return Episode(
        id=row.id,
        team=teams.named(row.team),
        group=said["group"],
        labels=said["labels"],
        began=datetime.fromisoformat(row.began),
        ended=_time(row.ended),
        alerts=tuple(alerts),
        channel=row.channel,
        previous=row.previous,
        runs=tuple(json.loads(row.runs)),
        door=row.door,
        link=said["link"],
        left_out=said["left_out"],
        joined=row.joined,
    )
