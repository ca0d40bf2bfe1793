"""The messages that are wanted: who paints which, and how it ended.

It calls no Slack and draws nothing. A claim waits for nobody (what another painter has just taken
is passed over), and every other change here is of one row, so painters cannot block each other.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, func, literal, or_, select, update

from bot.core.run.sendings import APART_S, LEASES, POST, UPDATE, paced
from bot.edges.store.database import Database
from bot.edges.store.rows import message_of
from bot.edges.store.schema import messages, paces
from bot.edges.store.teams import Teams, keyed
from bot.ports.messages import MOST_LATE, Backlog, Claim

PACE = APART_S
"""Seconds between two calls for one message."""
POSTS, UPDATES = paced(POST), paced(UPDATE)
"""How often what is not there yet is posted into a channel, and what is there changed."""
LATE_S = 6.0
"""Seconds after which a message is painted once more whose update's end nobody saw at first."""
RECENT_S = 20.0
"""A message painted in this time goes behind those that were not: nobody starves the others."""

_ROUNDING = 1e-6
_LONGEST = max(LEASES.values())
"""The lease of a kind of message that only a newer version knows."""
(_UPDATES,), _POST = UPDATE.methods, "post:"
_board, _pace = messages.alias("board"), paces.alias("pace")


def _spent_until(pace: Any) -> Any:
    """From when on one more call may be made of an allowance."""
    updates = or_(pace.c.name == _UPDATES, pace.c.name.endswith(f"/{_UPDATES}"))
    return case((updates, pace.c.free_at - UPDATES.ahead_s), else_=pace.c.free_at)


_CANDIDATES = (
    select(messages, _board.c.ts.label("thread"), _pace.c.free_at)
    .select_from(
        messages.outerjoin(_board, _board.c.key == messages.c.run_id + "/board").outerjoin(
            _pace,
            _pace.c.name
            == keyed(
                messages.c.team,
                case(
                    (messages.c.ts.is_not(None), literal(_UPDATES)),
                    else_=literal(_POST) + messages.c.channel,
                ),
            ),
        )
    )
    .where(messages.c.wanted > messages.c.shown)
    .where(messages.c.due_at <= bindparam("now"), messages.c.lease_until <= bindparam("now"))
    .where(or_(messages.c.rank == 0, _board.c.ts.is_not(None)))
    # A board whose channel is being made waits for that.
    .where(or_(messages.c.channel != "", messages.c.key != messages.c.run_id + "/board"))
    .where(
        or_(_pace.c.free_at.is_(None), _spent_until(_pace) <= bindparam("now") + _ROUNDING),
    )
    .order_by(
        messages.c.rank,
        messages.c.painted_at > bindparam("now") - RECENT_S,
        messages.c.wanted_at.desc(),
        messages.c.key,
    )
    .limit(bindparam("most"))
    .with_for_update(of=messages, skip_locked=True)
)
_DUE = case(
    (messages.c.due_at > messages.c.lease_until, messages.c.due_at), else_=messages.c.lease_until
)
_NEXT = select(func.min(_DUE)).where(messages.c.wanted > messages.c.shown, bindparam("now") < _DUE)
_NEXT_FREE = select(func.min(_spent_until(paces))).where(_spent_until(paces) > bindparam("now"))
_ONE = update(messages).where(messages.c.key == bindparam("of"))
_FENCED = _ONE.where(messages.c.lease == bindparam("token"))


class SqlOutbox:
    """Keeps `bot.ports.messages.Outbox` with one database."""

    def __init__(self, database: Database, teams: Teams) -> None:
        self._database, self._teams = database, teams
        self._served: dict[frozenset[str], Select[Any]] = {}

    async def claim(self, limit: int, but: Collection[str] = ()) -> tuple[Sequence[Claim], float]:
        return await self._database.write(lambda c: self._claim(c, limit, but))

    def _claim(
        self, connection: Connection, limit: int, but: Collection[str]
    ) -> tuple[Sequence[Claim], float]:
        now = self._database.now(connection)
        asked = {"now": now, "most": 4 * limit, "first": self._teams.first}
        rows = connection.execute(self._candidates(but), asked).all()
        allowances = _Allowances(connection, self._database, self._teams, rows, now)
        claims: list[Claim] = []
        for row in rows:
            if len(claims) == limit:
                break
            if not allowances.take(row):
                continue
            token = row.lease + 1
            # Whoever ends a claim says so there.
            failures = row.failures + (row.lease_until > 0.0)
            connection.execute(
                _ONE,
                {
                    "of": row.key,
                    "lease": token,
                    "lease_until": now + LEASES.get(row.rank, _LONGEST),
                    "due_at": now + PACE,
                    "painted_at": now,
                    "unsure": row.unsure or row.ts is None,
                    "failures": failures,
                },
            )
            thread = row.thread if row.rank else None
            message = message_of(row, self._teams.named(row.team))
            claims.append(Claim(message, token, thread, failures, row.trace))
        allowances.write()
        return claims, self._pause(connection, now, allowances.pause)

    def _candidates(self, but: Collection[str]) -> Select[Any]:
        """What may be claimed: of the workspaces that are served, and none of the runs in *but*."""
        served = self._teams.served
        if served not in self._served:
            # Made once: SQLAlchemy looks a new statement over for as long as it takes to run it.
            of_these = self._teams.of(messages.c.team, *served)
            self._served[served] = _CANDIDATES.where(of_these) if served else _CANDIDATES
        query = self._served[served]
        return query.where(messages.c.run_id.not_in(but)) if but else query

    def _pause(self, connection: Connection, now: float, paced: float) -> float:
        """Seconds until something else may be due."""
        pauses = [self._database.poll, paced]
        for query in (_NEXT, _NEXT_FREE):
            at = connection.execute(query, {"now": now}).scalar()
            if at is not None:
                pauses.append(at - now)
        return max(0.0, min(pauses))

    async def shown(self, claim: Claim, ts: str, seq: int) -> None:
        changes = {"ts": ts, "shown": seq, "unsure": False, "failures": 0, "lease_until": 0.0}

        def work(connection: Connection) -> None:
            now = self._database.now(connection)
            if claim.failures and claim.message.ts is not None:
                # An update whose end nobody saw may still reach Slack, and show what was before.
                changes.update(shown=seq - 1, due_at=now + LATE_S)
            since = case((messages.c.wanted > seq, now), else_=messages.c.waiting_since)
            self._settle(connection, claim, **changes, waiting_since=since)

        await self._database.write(work)

    async def again(
        self, claim: Claim, seconds: float, *, unsure: bool, failed: bool = True
    ) -> None:
        def work(connection: Connection) -> None:
            due = self._database.now(connection) + seconds
            failures = claim.failures + failed
            self._settle(
                connection, claim, due_at=due, failures=failures, unsure=unsure, lease_until=0.0
            )

        await self._database.write(work)

    async def hold(self, claim: Claim, seconds: float) -> None:
        def work(connection: Connection) -> None:
            until = self._database.now(connection) + seconds
            row = claim.message
            unsure = row.unsure
            self._settle(connection, claim, due_at=until, unsure=unsure, lease_until=0.0)
            free_at = until if row.ts is None else until + UPDATES.ahead_s
            spend(connection, self._database, _key(self._teams, row), free_at)

        await self._database.write(work)

    async def give_up(self, claim: Claim) -> None:
        row = claim.message
        await self._database.write(
            lambda c: self._settle(
                c, claim, shown=row.wanted, unsure=row.unsure, failures=0, lease_until=0.0
            )
        )

    def _settle(self, connection: Connection, claim: Claim, **changes: Any) -> None:
        """Say how it ended; one who was fenced off may have disturbed the message: paint anew."""
        place = {"of": claim.message.key, "token": claim.token}
        if not connection.execute(_FENCED.values(**changes), place).rowcount:
            connection.execute(_DISTURBED, {"of": claim.message.key})

    async def lost(self, key: str, ts: str) -> None:
        def work(connection: Connection) -> None:
            asked = {"of": key, "was": ts, "now": self._database.now(connection)}
            connection.execute(_LOST, asked)

        await self._database.write(work)

    async def invited(self, team: str | None, channel: str) -> None:
        here = update(messages).where(messages.c.channel == channel)
        here = here.where(self._teams.of(messages.c.team, team))
        soon = here.where(messages.c.wanted > messages.c.shown).values(due_at=0.0)

        def work(connection: Connection) -> None:
            connection.execute(soon)

        await self._database.write(work)

    async def behind(self, team: str | None, channel: str) -> Sequence[str]:
        here = select(messages.c.key).where(messages.c.channel == channel)
        here = here.where(self._teams.of(messages.c.team, team))
        waits = here.where(messages.c.wanted > messages.c.shown).order_by(messages.c.key)
        return await self._database.read(lambda c: list(c.execute(waits).scalars()))

    async def backlog(self, late_after: float) -> Backlog:
        waits = messages.c.wanted > messages.c.shown
        counted = select(func.count(), func.min(messages.c.waiting_since)).where(waits)
        late = (
            select(messages.c.key)
            .where(waits, messages.c.waiting_since < bindparam("before"))
            .order_by(messages.c.waiting_since, messages.c.key)
            .limit(MOST_LATE)
        )

        def ask(connection: Connection) -> Backlog:
            now = self._database.now(connection)
            many, oldest = connection.execute(counted).one()
            keys = connection.execute(late, {"before": now - late_after}).scalars()
            return Backlog(many, max(0.0, now - oldest) if many else 0.0, list(keys))

        return await self._database.read(ask)


# Whoever paints it just now may be disturbed too, and is fenced off: it is painted once more.
_DISTURBED = _ONE.values(shown=messages.c.wanted - 1, lease=messages.c.lease + 1, lease_until=0.0)
# Of several who find it gone, and of those who say so late, only the first is right.
_LOST = _ONE.where(messages.c.ts == bindparam("was")).values(
    generation=messages.c.generation + 1,
    lease=messages.c.lease + 1,
    ts=None,
    shown=0,
    unsure=False,
    failures=0,
    due_at=0.0,
    lease_until=0.0,
    waiting_since=bindparam("now"),
)


def _key(teams: Teams, row: Any) -> str:
    """The allowance that painting a message is taken from."""
    return teams.key(row.team, _UPDATES if row.ts is not None else f"{_POST}{row.channel}")


def spend(connection: Connection, database: Database, name: str, free_at: float) -> None:
    """Keep from when on an allowance is free."""
    fresh = database.insert(paces).values(name=name, free_at=free_at)
    connection.execute(
        fresh.on_conflict_do_update(
            index_elements=[paces.c.name], set_={"free_at": fresh.excluded.free_at}
        )
    )


class _Allowances:
    """Slack's allowances as they stand in one claim, and what the claim spends of them.

    The one for updates is a leaky bucket kept as a theoretical arrival time: each update moves
    that on by its share of a minute, and it may be ahead of now by a burst.
    """

    def __init__(
        self,
        connection: Connection,
        database: Database,
        teams: Teams,
        rows: Sequence[Any],
        now: float,
    ) -> None:
        self._connection, self._database, self._now = connection, database, now
        self._teams = teams
        self.pause = float("inf")
        self._free = {_key(teams, row): row.free_at or 0.0 for row in rows}
        self._spent: set[str] = set()
        if not rows:
            return
        asked = select(paces.c.name, paces.c.free_at).where(paces.c.name.in_(sorted(self._free)))
        mine = connection.execute(asked.with_for_update(skip_locked=True)).all()
        known = {_key(teams, row) for row in rows if row.free_at is not None}
        self._free |= {row.name: row.free_at for row in mine}
        # What another painter is just spending is not there for this one.
        for name in known - {row.name for row in mine}:
            self._free[name] = float("inf")
            self.pause = 0.05

    def take(self, row: Any) -> bool:
        """Spend one call for the message, if it is there to be spent."""
        name = _key(self._teams, row)
        pace = UPDATES if row.ts is not None else POSTS
        if self._free[name] - pace.ahead_s - self._now > _ROUNDING:
            return False
        self._free[name] = max(self._free[name], self._now) + pace.every_s
        self._spent.add(name)
        return True

    def write(self) -> None:
        for name in sorted(self._spent):
            spend(self._connection, self._database, name, self._free[name])
