"""The statements of a click, each made once, for each database in its own kind of SQL.

What they mean stands in `record`. SQLite is handed rows one by one, PostgreSQL all at once.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    Table,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.edges.store.prepared import Prepared, PreparedRows, given
from bot.edges.store.schema import (
    compatibility,
    deliveries,
    facts,
    looks,
    messages,
    runs,
    timers,
)

Row = dict[str, Any]


def _named(*names: str) -> Row:
    """Columns to be given a parameter of their own name."""
    return {name: bindparam(name) for name in names}


_SEALED = select(compatibility.c.sealed).limit(1).scalar_subquery().label("sealed")


def _heads_among(ids: Any) -> Prepared:
    """The runs with these ids; locks rows where rows have locks, SQLite has the file to itself."""
    return Prepared(
        select(
            runs.c.run_id,
            runs.c.channel,
            runs.c.team,
            runs.c.facts,
            runs.c.head,
            runs.c.people,
            _SEALED,
        )
        .where(runs.c.run_id.in_(ids))
        .order_by(runs.c.run_id)
        # Not against those who only point to the run: a painter's row is checked to do so.
        .with_for_update(key_share=True)
    )


# One parameter holds any number of ids, so that the statement's text is always the same.
_LISTED = {
    "sqlite": select(func.json_each(bindparam("ids")).table_valued("value").c.value),
    "postgresql": select(
        func.json_array_elements_text(cast(bindparam("ids"), JSON)).column_valued("value")
    ),
}
HEADS = {kind: _heads_among(ids) for kind, ids in _LISTED.items()}
DELIVERED = {
    kind: Prepared(select(deliveries.c.id).where(deliveries.c.id.in_(ids)))
    for kind, ids in _LISTED.items()
}


def _inserts(table: Table, *names: str) -> Mapping[str, Prepared]:
    """New rows of a table, of which these columns are given."""
    rows = given(**{name: table.c[name].type for name in names})
    chosen = select(*(rows.c[name] for name in names))
    return {
        "sqlite": Prepared(insert(table).values(_named(*names))),
        "postgresql": PreparedRows(insert(table).from_select(names, chosen).inline()),
    }


DELIVER = _inserts(deliveries, "id", "at")
APPEND = _inserts(facts, "run_id", "seq", "at", "kind", "body", "hash", "beside")
LOOKED = Prepared(
    delete(looks).where(looks.c.run_id == bindparam("of"), looks.c.request == bindparam("asked"))
)
LOOK = _inserts(looks, "run_id", "request", "due_at", "lease_until", "lease")
_EXTEND = update(runs).where(runs.c.run_id == bindparam("of"))
_ENDS = given(of=runs.c.run_id.type, seq=runs.c.facts.type, hash=runs.c.head.type)
GROWN = {
    "sqlite": Prepared(_EXTEND.values(facts=bindparam("seq"), head=bindparam("hash"))),
    "postgresql": PreparedRows(
        update(runs).where(runs.c.run_id == _ENDS.c.of).values(facts=_ENDS.c.seq, head=_ENDS.c.hash)
    ),
}
MET = Prepared(_EXTEND.values(people=bindparam("whom")))
OPENED = Prepared(_EXTEND.values(open=bindparam("is_open")))
ARMED = select(timers.c.run_id, timers.c.name, timers.c.due_at).where(
    tuple_(timers.c.run_id, timers.c.name).in_(bindparam("ids", expanding=True))
)
DISARM = Prepared(
    delete(timers).where(timers.c.run_id == bindparam("of"), timers.c.name == bindparam("n"))
)

_PLACED = or_(
    messages.c.key == bindparam("board"),
    and_(messages.c.ts.is_(None), messages.c.rank > 0),
)
MOVED = (
    Prepared(_EXTEND.values(channel=bindparam("place"))),
    Prepared(
        update(messages)
        .where(messages.c.run_id == bindparam("of"), _PLACED)
        .values(
            channel=bindparam("place"),
            generation=messages.c.generation + 1,
            lease=messages.c.lease + 1,
            ts=None,
            shown=0,
            unsure=False,
            failures=0,
            due_at=0.0,
            lease_until=0.0,
        )
    ),
)
"""A run is in another channel: its board and what is not posted yet come there. Whoever is posting
one of them just now is fenced off, and what stands in the other channel stays."""

RENUMBERED = (
    Prepared(_EXTEND.values(channel=bindparam("place"))),
    Prepared(
        update(messages)
        .where(messages.c.run_id == bindparam("of"), messages.c.channel == bindparam("was"))
        .values(
            channel=bindparam("place"),
            lease=messages.c.lease + 1,
            due_at=0.0,
            lease_until=0.0,
        )
    ),
)
"""The channel of a run has another id: its messages stand where they stood. Whoever calls Slack
with the old one just now is fenced off."""

_WISH = ("key", "run_id", "channel", "team", "wanted", "rank", "trace")
_NEW: Row = {
    "ts": None, "shown": 0, "unsure": False, "generation": 0, "painted_at": 0.0, "due_at": 0.0,
    "lease_until": 0.0, "lease": 0, "failures": 0,
}  # fmt: skip


def _raised(fresh: Any) -> Any:
    """Raise a wish that is there already; who waits keeps the time since when."""
    new = fresh.excluded
    waits = messages.c.wanted > messages.c.shown
    return fresh.on_conflict_do_update(
        index_elements=[messages.c.key],
        set_={
            "wanted": new.wanted,
            "wanted_at": new.wanted_at,
            "waiting_since": case((waits, messages.c.waiting_since), else_=new.wanted_at),
            "trace": new.trace,
        },
        where=messages.c.wanted < new.wanted,
    )


def _wants() -> Mapping[str, Prepared]:
    """Messages that are new in the outbox, or wanted newer."""
    now: Any = bindparam("now")
    one = sqlite.insert(messages).values(wanted_at=now, waiting_since=now, **_named(*_WISH), **_NEW)
    rows = given(**{name: messages.c[name].type for name in _WISH}, now=messages.c.due_at.type)
    chosen = select(
        *(rows.c[name] for name in _WISH),
        rows.c.now,
        rows.c.now,
        *(literal(value, messages.c[name].type) for name, value in _NEW.items()),
    )
    many = postgresql.insert(messages).from_select(
        (*_WISH, "wanted_at", "waiting_since", *_NEW), chosen
    )
    return {"sqlite": Prepared(_raised(one)), "postgresql": PreparedRows(_raised(many))}


def _arm(kind: Callable[[Table], Any]) -> Prepared:
    """Set a timer, or move it."""
    fresh = kind(timers).values(_named("run_id", "name", "due_at"))
    return Prepared(
        fresh.on_conflict_do_update(
            index_elements=[timers.c.run_id, timers.c.name],
            set_={"due_at": fresh.excluded.due_at},
        )
    )


_KINDS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
WANT = _wants()
ARM = {name: _arm(kind) for name, kind in _KINDS.items()}
