"""What the store's tests make runs of, and a way to call a log shortly."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.core.engine.effects import effects
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.template import fill
from bot.ports.log import Log, Opening
from bot.ports.work import Due

AT = datetime(2026, 11, 1, 3, 12, 0, 123456, tzinfo=UTC)
ANA = e.Person(id="U1", name="ana")
BEN = e.Person(id="U2", name="ben")
SUE = e.Person(id="U0SUE", name="sue")


def procedure(procedure_id: str = "key-compromise") -> Procedure:
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": procedure_id,
            "title": "Compromise of {{ key }}",
            "summary": "What to do.",
            "severity": "SEV1",
            "owner": {"team": "trust"},
            "reviewed": "2026-10-01",
            "impact": "Trust.",
            "symptoms": ["A leak"],
            "inputs": {"key": {"description": "The key", "pattern": "k[0-9]"}},
            "steps": [{"id": "revoke", "title": "Revoke it", "do": "Revoke it."}],
            "verification": [{"confirm": "It is revoked"}],
        }
    )


def started(
    channel: str = "C1", procedure_id: str = "key-compromise", team: str | None = None
) -> e.RunStarted:
    return e.RunStarted(
        procedure=procedure(procedure_id),
        source="the text",
        source_sha256="0" * 64,
        inputs={"key": "k1"},
        channel=channel,
        team=team,
        by=ANA,
    )


NAMED: dict[str, Any] = {
    "private": True,
    "roles": {"holder": {"description": "knows of it", "people": [SUE.id]}},
    "who": {"start": "holder"},
}


def hidden(name: str = "vault", **more: Any) -> e.RunStarted:
    """A run of a private procedure, of which Sue may know, and nobody else."""
    plain = started(**more)
    said = plain.procedure.model_dump(mode="json", exclude_unset=True, by_alias=True)
    procedure = Procedure.model_validate({**said, **NAMED, "id": name})
    return plain.model_copy(update={"procedure": procedure})


def note(text: str) -> e.NoteAdded:
    return e.NoteAdded(by=ANA, text=text)


def opening(event: e.RunStarted, beside: str | None = None) -> Opening:
    """What a list of runs shows of one that begins so."""
    of = event.procedure
    title = fill(of.title, event.inputs)
    return Opening(
        of.id,
        title,
        event.channel,
        event.by.id,
        event.team,
        event.instead_of,
        beside,
        private=of.private,
    )


async def begin(
    log: Log,
    prefix: str = "KC",
    *,
    channel: str = "C1",
    procedure_id: str = "key-compromise",
    team: str | None = None,
    touched: Mapping[str, int] | None = None,
    delivery: str | None = None,
    unless_open: bool = False,
    instead_of: str | None = None,
    beside: str | None = None,
    at: datetime = AT,
) -> str:
    """Begin a run and return its id."""
    event = started(channel, procedure_id, team).model_copy(update={"instead_of": instead_of})
    facts = await log.begin(
        prefix,
        lambda _run_id: [event],
        opening=opening(event, beside),
        at=at,
        # The search for secrets has timers of its own, and tests of its own.
        effects=replace(effects(None, [event], at), messages=touched or {}, search={}),
        delivery=delivery,
        unless_open=unless_open,
    )
    run_id: str = facts[0].run_id
    return run_id


async def append(
    log: Log,
    run_id: str,
    after: int,
    events: Sequence[e.Event],
    *,
    touched: Mapping[str, int] | None = None,
    delivery: str | None = None,
    at: datetime = AT,
    timers: Mapping[str, datetime | None] | None = None,
    fires: Due | None = None,
    ended: Sequence[str] = (),
) -> list[e.Fact]:
    return await log.append(
        run_id,
        after,
        events,
        at=at,
        effects=replace(
            effects(None, events, at),
            messages=touched or {},
            timers=timers or {},
            ended=ended,
            search={},
        ),
        delivery=delivery,
        fires=fires,
    )
