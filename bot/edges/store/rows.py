"""Rows of the tables as the values that the ports speak of."""

from datetime import datetime
from typing import Any

from bot.core.events import Fact, load
from bot.edges.store.trouble import UnknownFact
from bot.ports.log import RunRow
from bot.ports.messages import MessageRow


def fact_of(row: Any) -> Fact:
    """A fact with its event; raises UnknownFact for one that this version does not know."""
    try:
        return Fact(row.run_id, row.seq, datetime.fromisoformat(row.at), load(row.body), row.hash)
    except ValueError as error:
        raise UnknownFact(
            f"{row.run_id}: fact {row.seq} ({row.kind}) cannot be read; upgrade the bot, or audit "
            "the run"
        ) from error


def run_of(row: Any, team: str | None) -> RunRow:
    """What a list of runs shows of one, which is of *team*."""
    return RunRow(
        run_id=row.run_id,
        procedure_id=row.procedure_id,
        title=row.title,
        channel=row.channel,
        started_by=row.started_by,
        at=datetime.fromisoformat(row.started_at),
        open=row.open,
        team=team,
    )


def message_of(row: Any, team: str | None) -> MessageRow:
    """A message as its painter sees it; it is of *team*."""
    return MessageRow(
        row.key,
        row.run_id,
        row.channel,
        row.ts,
        row.wanted,
        row.shown,
        row.unsure,
        row.generation,
        team,
    )
