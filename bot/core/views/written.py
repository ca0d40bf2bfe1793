"""The entries of a run as people choose them: what each is, and how its words begin."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.core.acting.asking import Written
from bot.core.acting.sealed import Fields, is_under_commitment
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.rooms import ChannelFurnished
from bot.core.run.shift import HandoffDeclined
from bot.core.run.times import Reminded
from bot.core.sealing.table import SEALED
from bot.core.text import plain, shorten

SHOWN = 75
"""How much of an entry's words is shown, in characters: what Slack takes."""
_NAME_SHOWN = 20

LABELS: Mapping[type[e.Event], str] = {
    e.RunStarted: "inputs",
    e.StepTaken: "typed to confirm{}",
    e.StepSkipped: "reason to skip{}",
    e.StepFailed: "what failed{}",
    e.Decided: "why this answer{}",
    e.StepsReopened: "reason to go back",
    e.ValuesFound: "values found{}",
    e.ValueCorrected: "a corrected value",
    e.InputCorrected: "a corrected input",
    e.EvidenceGiven: "evidence{}",
    e.EvidenceRead: "SHA-256 of a file{}",
    e.ApprovalRequested: "what was to be approved{}",
    e.ApprovalVoted: "why it was declined{}",
    Reminded: "who was called{}",
    ChannelFurnished: "who could not be invited",
    e.NoteAdded: "note{}",
    e.UpdateSent: "update to stakeholders",
    HandoffDeclined: "why a hand-off was declined",
    e.AlertChanged: "what an alert is called",
    e.PartWritten: "a part of the post-mortem",
    e.ActionItemAdded: "an action item",
    e.ActionItemChanged: "an action item, changed",
    e.MessagePinned: "a message in the timeline",
    e.PinCorrected: "a corrected message",
    e.SeverityChanged: "reason for the severity",
    e.CheckObserved: "what a check saw",
    e.BaselineSeen: "what a check saw at the start",
    e.RecoveryConfirmed: "confirmation",
    e.ClosingRequested: "reasons to close",
    e.RunKeptOpen: "why it stayed open",
    e.RunClosed: "reasons to close",
    e.RunReopened: "reason to reopen",
}
"""What the words of an entry are, of each kind that has some; `{}` is the step."""


def written(run: Run, seq: int, at: datetime, event: e.Event, *, names_who: bool) -> Written:
    """An entry as it is offered; with *names_who*, it says whose it is."""
    row = run.outline.by_id.get(getattr(event, "step", None) or "")
    what = LABELS.get(type(event), event.kind).format(f", step {row.number}" if row else "")
    day = "" if at.date() == run.started_at.date() else f"{at:%b} {at.day}, "
    by = getattr(event, "by", None)
    whose = f" · {shorten(by.name or by.id, _NAME_SHOWN)}" if names_who and by else ""
    names = {person.id: person.name for person in run.responders if person.name}
    words = plain(" · ".join(words_of(event)), names)
    return Written(
        seq,
        shorten(f"{seq} · {day}{at:%H:%M} UTC · {what}{whose}", SHOWN),
        shorten(" ".join(words.split()), SHOWN),
    )


def words_of(event: e.Event) -> Iterator[str]:
    """The words of an event that can be erased, one after another."""
    return _of_record(event, SEALED[type(event)])


def _of(value: Any, how: Any) -> Iterator[str]:
    if value is None:
        return
    if isinstance(how, Mapping):
        for one in value:
            yield from _of_record(one, how)
    elif is_under_commitment(how):
        if isinstance(value, Mapping):
            yield from (f"{name} = {said}" for name, said in value.items())
        else:
            yield from (value,) if isinstance(value, str) else value


def _of_record(record: Any, fields: Fields) -> Iterator[str]:
    for name, how in fields.items():
        yield from _of(getattr(record, name, None), how)
