"""What is taken out of the record, in SQL; and how its entries of before are sealed for that.

Each function runs inside a transaction that it neither begins nor ends.
"""

import json
import secrets
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, or_, select, update

from bot.core.acting.messages import BOARD, EXPORT
from bot.core.engine.effects import Erasure
from bot.core.person import ERASED
from bot.core.sealing.body import is_sealed, reseal, without_was
from bot.core.sealing.people import People
from bot.edges.store import sealing
from bot.edges.store.audits import entries_of
from bot.edges.store.database import Database
from bot.edges.store.schema import facts, memberships, messages, paces, runs
from bot.edges.store.schema import people as known
from bot.edges.store.schema import user_groups as groups
from bot.ports.vault import Kept

SOME = 200
"""How many rows are changed at a time."""
REDRAWS_A_MINUTE = 10
"""How many messages under boards are drawn again, and files deleted: what people do comes first."""
_REDRAWS = "redraws"
SALT = 16
"""Bytes of a salt: 128 bits, which nobody tries all of."""


def salt() -> str:
    """A new salt, in hex."""
    return secrets.token_hex(SALT)


def kept(connection: Connection, run_id: str) -> Kept | None:
    """A run as it is stored; None when there is none."""
    row = connection.execute(
        select(runs.c.people, runs.c.open).where(runs.c.run_id == run_id)
    ).one_or_none()
    if row is None:
        return None
    entries = entries_of(connection, run_id)
    uploaded = messages.c.key.like(f"{run_id}/{EXPORT}%") & messages.c.ts.like("F%")
    files = connection.execute(select(messages.c.ts).where(uploaded)).scalars().all()
    there = (messages.c.run_id == run_id) & messages.c.ts.is_not(None) & ~uploaded
    asked = select(messages.c.key, messages.c.channel, messages.c.ts).where(there)
    standing = [
        (one.key.partition("/")[2], one.channel, one.ts)
        for one in connection.execute(asked.order_by(messages.c.ts))
    ]
    sealed = sealing.is_on(connection)
    return Kept(entries, row.people or "", row.open, sealed, files, standing)


def seal_some(connection: Connection, run_id: str, after: int) -> int | None:
    """Seal those of some entries after number *after* that are plain; the last, None for the end.

    Raises ValueError for one that this version does not know.
    """
    of = runs.c.run_id == run_id
    locked = select(runs.c.people).where(of).with_for_update(key_share=True)
    people = People(connection.execute(locked).scalar() or "")
    some = entries_of(connection, run_id, since=after + 1, limit=SOME)
    for entry in some:
        if not is_sealed(entry.body):
            made = reseal(entry.body, people, salt)
            here = (facts.c.run_id == run_id, facts.c.seq == entry.seq)
            values = {"body": made.body, "beside": made.beside}
            connection.execute(update(facts).where(*here).values(**values))
    if people.is_changed:
        connection.execute(update(runs).where(of).values(people=str(people)))
    return some[-1].seq if some else None


def erase(
    database: Database, connection: Connection, run_id: str, gone: Erasure, told: Collection[str]
) -> None:
    """Take words and people out of a run that this transaction has locked.

    *told* are the messages that tell of it, by their keys in the run: they are drawn at once.
    """
    mine = facts.c.run_id == run_id
    for first in range(0, len(gone.words), SOME):
        some = facts.c.seq.in_(gone.words[first : first + SOME])
        connection.execute(update(facts).where(mine, some).values(beside=None))
    for seq in {*gone.unchecked} - {*gone.words}:
        one = (mine, facts.c.seq == seq)
        beside = connection.execute(select(facts.c.beside).where(*one)).scalar()
        if beside is not None:
            connection.execute(update(facts).where(*one).values(beside=without_was(beside)))
    _forget(connection, run_id, gone)
    _redraw(database, connection, run_id, told)


def _forget(connection: Connection, run_id: str, gone: Erasure) -> None:
    """Drop people, and what the run's row has of them and of the inputs."""
    of = runs.c.run_id == run_id
    row = connection.execute(select(runs.c.people, runs.c.started_by).where(of)).one()
    people, values = People(row.people or ""), dict[str, Any]()
    for token in gone.people:
        if people.id(token) == row.started_by:
            values["started_by"] = f"{ERASED}{token[:16]}"
        people.drop(token)
    if people.is_changed:
        values["people"] = str(people)
    if gone.title is not None:
        values["title"] = gone.title
    if values:
        connection.execute(update(runs).where(of).values(**values))


_OF = (known.c.id, memberships.c.person)
"""The columns with the keys of people of whom Slack said something."""


def _is_of(column: Any, person: str) -> ColumnElement[bool]:
    return or_(column == person, column.endswith(f"/{person}", autoescape=True))


def knows(connection: Connection, person: str) -> bool:
    """Whether anything is kept that Slack said of a person, in whichever workspace."""
    asked = [select(column).where(_is_of(column, person)).limit(1) for column in _OF]
    asked.append(select(groups.c.id).where(_has(person)).limit(1))
    return any(connection.execute(query).first() is not None for query in asked)


def forget(connection: Connection, person: str) -> None:
    """Forget what Slack said of a person, in whichever workspace."""
    for column in _OF:
        connection.execute(delete(column.table).where(_is_of(column, person)))
    there = select(groups.c.id, groups.c.members).where(_has(person)).order_by(groups.c.id)
    for row in connection.execute(there).all():
        left = json.dumps([one for one in json.loads(row.members) if one != person])
        connection.execute(update(groups).where(groups.c.id == row.id).values(members=left))


def _has(person: str) -> ColumnElement[bool]:
    """Whether someone is in a user group, as Slack last told."""
    return groups.c.members.contains(json.dumps(person), autoescape=True)


def _redraw(database: Database, connection: Connection, run_id: str, told: Collection[str]) -> None:
    """Have the run's messages drawn again, few a minute; its board is wanted as for any entry."""
    there = (
        messages.c.run_id == run_id,
        # One that is not there yet may be on its way, drawn from what was before.
        or_(messages.c.ts.is_not(None), messages.c.wanted > messages.c.shown),
        messages.c.key != f"{run_id}/{BOARD}",
    )
    # Files come last; who brings them sees whether they tell what was erased.
    order = (messages.c.rank, messages.c.key)
    keys = connection.execute(select(messages.c.key).where(*there).order_by(*order))
    at_once = {f"{run_id}/{name}" for name in told}
    found = [key for key in keys.scalars() if key not in at_once]
    if not found:
        return
    now, pause = database.now(connection), 60 / REDRAWS_A_MINUTE
    at = connection.execute(select(paces.c.free_at).where(paces.c.name == _REDRAWS)).scalar()
    due = max(now, at or 0.0)
    seq = connection.execute(select(runs.c.facts).where(runs.c.run_id == run_id)).scalar_one()
    waits = messages.c.wanted > messages.c.shown
    # One that waits for its turn already is drawn as of then: erasing again puts nothing off.
    turns = select(messages.c.key).where(
        messages.c.run_id == run_id, waits, messages.c.due_at > now
    )
    waiting = set(connection.execute(turns).scalars())
    for key in found:
        turn: ColumnElement[float] = messages.c.due_at
        if key not in waiting:
            turn, due = case((messages.c.due_at > due, messages.c.due_at), else_=due), due + pause
        connection.execute(
            update(messages)
            .where(messages.c.key == key)
            .values(
                wanted=seq,
                wanted_at=now,
                waiting_since=case((waits, messages.c.waiting_since), else_=now),
                due_at=turn,
            )
        )
    fresh = database.insert(paces).values(name=_REDRAWS, free_at=due)
    connection.execute(
        fresh.on_conflict_do_update(
            index_elements=[paces.c.name], set_={"free_at": fresh.excluded.free_at}
        )
    )
