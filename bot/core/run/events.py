"""Facts: what happened, in the past tense, appended once and never edited.

A closed union of versioned events, as they are written and read. To change an event's shape, raise
its `v`, and say in `bot.core.run.versions` how the older one is read; what of it is sealed, and
what else it means, stands with its act in `bot.core.acts`.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from bot.core.person import AsRole as AsRole  # noqa: PLC0414 - spoken of here
from bot.core.person import Frozen as Frozen  # noqa: PLC0414 - spoken of here
from bot.core.person import Happened as Happened  # noqa: PLC0414 - likewise
from bot.core.person import Person as Person  # noqa: PLC0414 - likewise
from bot.core.run.alerted import AlertChanged as AlertChanged  # noqa: PLC0414 - spoken of here
from bot.core.run.approving import ApprovalLapsed as ApprovalLapsed  # noqa: PLC0414 - spoken of here
from bot.core.run.approving import ApprovalRequested as ApprovalRequested  # noqa: PLC0414 - likewise
from bot.core.run.approving import ApprovalVoided as ApprovalVoided  # noqa: PLC0414 - likewise
from bot.core.run.approving import ApprovalVoted as ApprovalVoted  # noqa: PLC0414 - likewise
from bot.core.run.approving import ApprovalVoteWithdrawn as ApprovalVoteWithdrawn  # noqa: PLC0414 - likewise
from bot.core.run.approving import StepApproved as StepApproved  # noqa: PLC0414 - likewise
from bot.core.run.baseline import BaselineSeen as BaselineSeen  # noqa: PLC0414 - likewise
from bot.core.run.calling import OfCalling
from bot.core.run.calling import OwnerCalled as OwnerCalled  # noqa: PLC0414 - likewise
from bot.core.run.calling import OwnerComing as OwnerComing  # noqa: PLC0414 - likewise
from bot.core.run.calling import OwnerComingWithdrawn as OwnerComingWithdrawn  # noqa: PLC0414 - likewise
from bot.core.run.calling import OwnerReached as OwnerReached  # noqa: PLC0414 - likewise
from bot.core.run.chain import GENESIS as GENESIS  # noqa: PLC0414 - spoken of here
from bot.core.run.chain import BrokenChain as BrokenChain  # noqa: PLC0414 - likewise
from bot.core.run.chain import chain as chain  # noqa: PLC0414 - likewise
from bot.core.run.chain import stamp as stamp  # noqa: PLC0414 - likewise
from bot.core.run.confirmed import ConfirmationWithdrawn as ConfirmationWithdrawn  # noqa: PLC0414 - likewise
from bot.core.run.confirmed import RecoveryConfirmed as RecoveryConfirmed  # noqa: PLC0414 - likewise
from bot.core.run.course import Decided as Decided  # noqa: PLC0414 - likewise
from bot.core.run.course import MembersListed as MembersListed  # noqa: PLC0414 - likewise
from bot.core.run.course import OfRound as OfRound  # noqa: PLC0414 - likewise
from bot.core.run.course import StepsReopened as StepsReopened  # noqa: PLC0414 - likewise
from bot.core.run.drills import DrillDue as DrillDue  # noqa: PLC0414 - likewise
from bot.core.run.ended import ClosingRequested as ClosingRequested  # noqa: PLC0414 - likewise
from bot.core.run.ended import RunClosed as RunClosed  # noqa: PLC0414 - likewise
from bot.core.run.ended import RunKeptOpen as RunKeptOpen  # noqa: PLC0414 - likewise
from bot.core.run.ended import RunReopened as RunReopened  # noqa: PLC0414 - likewise
from bot.core.run.erased import Erased as Erased  # noqa: PLC0414 - likewise
from bot.core.run.erased import ErasureNoted as ErasureNoted  # noqa: PLC0414 - likewise
from bot.core.run.evidence import EvidenceGiven as EvidenceGiven  # noqa: PLC0414 - likewise
from bot.core.run.evidence import EvidenceRead as EvidenceRead  # noqa: PLC0414 - likewise
from bot.core.run.found import InputCorrected as InputCorrected  # noqa: PLC0414 - likewise
from bot.core.run.found import ValueCorrected as ValueCorrected  # noqa: PLC0414 - likewise
from bot.core.run.found import ValuesFound as ValuesFound  # noqa: PLC0414 - likewise
from bot.core.run.items import ActionItemAdded as ActionItemAdded  # noqa: PLC0414 - likewise
from bot.core.run.items import ActionItemChanged as ActionItemChanged  # noqa: PLC0414 - likewise
from bot.core.run.items import ActionItemMarked as ActionItemMarked  # noqa: PLC0414 - likewise
from bot.core.run.items import OfItems
from bot.core.run.leading import OtherClosed as OtherClosed  # noqa: PLC0414 - likewise
from bot.core.run.leading import OtherStarted as OtherStarted  # noqa: PLC0414 - likewise
from bot.core.run.looked import CheckObserved as CheckObserved  # noqa: PLC0414 - likewise
from bot.core.run.looked import CheckRequested as CheckRequested  # noqa: PLC0414 - likewise
from bot.core.run.looked import VerificationRequested as VerificationRequested  # noqa: PLC0414 - likewise
from bot.core.run.narrative import PartWritten as PartWritten  # noqa: PLC0414 - likewise
from bot.core.run.pins import MessagePinned as MessagePinned  # noqa: PLC0414 - likewise
from bot.core.run.pins import OfPins
from bot.core.run.pins import PinCorrected as PinCorrected  # noqa: PLC0414 - likewise
from bot.core.run.pins import PinTakenBack as PinTakenBack  # noqa: PLC0414 - likewise
from bot.core.run.rooms import OfRoom
from bot.core.run.secrets import SecretsFound as SecretsFound  # noqa: PLC0414 - likewise
from bot.core.run.seen import Advance as Advance  # noqa: PLC0414 - likewise
from bot.core.run.seen import Seen as Seen  # noqa: PLC0414 - likewise
from bot.core.run.shift import OfShift
from bot.core.run.standing import BoardReplaced as BoardReplaced  # noqa: PLC0414 - likewise
from bot.core.run.standing import FileDeleted as FileDeleted  # noqa: PLC0414 - likewise
from bot.core.run.standing import FileUploaded as FileUploaded  # noqa: PLC0414 - likewise
from bot.core.run.standing import PictureShown as PictureShown  # noqa: PLC0414 - likewise
from bot.core.run.standing import PostingRefused as PostingRefused  # noqa: PLC0414 - likewise
from bot.core.run.standing import PostingResumed as PostingResumed  # noqa: PLC0414 - likewise
from bot.core.run.started import RunStarted as RunStarted  # noqa: PLC0414 - likewise
from bot.core.run.talk import MessageTakenBack as MessageTakenBack  # noqa: PLC0414 - spoken of here
from bot.core.run.times import OfTime
from bot.core.run.updates import OfUpdates
from bot.core.run.updates import UpdateArrived as UpdateArrived  # noqa: PLC0414 - likewise
from bot.core.run.updates import UpdateSent as UpdateSent  # noqa: PLC0414 - likewise
from bot.core.run.versions import as_before, upgrade
from bot.core.run.working import StepDone as StepDone  # noqa: PLC0414 - likewise
from bot.core.run.working import StepFailed as StepFailed  # noqa: PLC0414 - likewise
from bot.core.run.working import StepGivenBack as StepGivenBack  # noqa: PLC0414 - likewise
from bot.core.run.working import StepHandedOver as StepHandedOver  # noqa: PLC0414 - likewise
from bot.core.run.working import StepReturned as StepReturned  # noqa: PLC0414 - likewise
from bot.core.run.working import StepSkipped as StepSkipped  # noqa: PLC0414 - likewise
from bot.core.run.working import StepTaken as StepTaken  # noqa: PLC0414 - likewise
from bot.core.run.working import StepUndone as StepUndone  # noqa: PLC0414 - likewise


class NoteAdded(Happened):
    """Someone wrote something down, about a step or about the run; `shared` in the thread too."""

    kind: Literal["note_added"] = "note_added"
    v: Literal[1] = 1
    step: str | None = None
    by: Person
    text: str
    shared: bool = False


class SeverityChanged(Happened):
    """Someone says how bad it is; `was` is how bad it was thought to be, if anyone had said it."""

    kind: Literal["severity_changed"] = "severity_changed"
    v: Literal[1] = 1
    severity: str
    was: str | None = None
    by: Person
    reason: str | None = None


class ExportRequested(Happened):
    """Someone asked for the post-mortem, which is uploaded into the thread."""

    kind: Literal["export_requested"] = "export_requested"
    v: Literal[1] = 1
    by: Person


class TimerFired(Happened):
    """A time that the run had set has come; `due` is when it was to be."""

    kind: Literal["timer_fired"] = "timer_fired"
    v: Literal[1] = 1
    timer: str
    due: datetime


OfStep = (
    StepTaken
    | StepDone
    | StepSkipped
    | StepFailed
    | StepGivenBack
    | StepHandedOver
    | StepReturned
    | StepUndone
    | Decided
    | StepApproved
)
"""What moves a step along its life."""

Later = (
    OfStep
    | StepsReopened
    | ValuesFound
    | ValueCorrected
    | InputCorrected
    | EvidenceGiven
    | EvidenceRead
    | OfCalling
    | OfUpdates
    | MembersListed
    | OfTime
    | NoteAdded
    | PartWritten
    | OfItems
    | OfPins
    | DrillDue
    | AlertChanged
    | OfShift
    | OfRoom
    | SeverityChanged
    | ApprovalRequested
    | ApprovalVoted
    | ApprovalVoteWithdrawn
    | ApprovalVoided
    | ApprovalLapsed
    | VerificationRequested
    | CheckRequested
    | CheckObserved
    | BaselineSeen
    | RecoveryConfirmed
    | ConfirmationWithdrawn
    | ExportRequested
    | ClosingRequested
    | RunKeptOpen
    | RunClosed
    | RunReopened
    | TimerFired
    | BoardReplaced
    | PostingRefused
    | PostingResumed
    | FileUploaded
    | FileDeleted
    | PictureShown
    | MessageTakenBack
    | Erased
    | ErasureNoted
    | SecretsFound
    | OtherStarted
    | OtherClosed
)
"""Whatever can follow a run's first event."""

Event = RunStarted | Later

_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


def plain(event: Event, *, alone: bool = False) -> dict[str, Any]:
    """What *event* says, as JSON has it, in the shape that is stored.

    *alone* says that no program of the version before works with it any more.
    """
    # What was left unset is left out; what was set to its default (an expected null) is not.
    body = event.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return as_before({"kind": event.kind, "v": event.v, **body}, alone=alone)


def dump(event: Event) -> str:
    """Write *event* as compact JSON."""
    return json.dumps(plain(event), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def load(body: str) -> Event:
    """Read a stored event; raises ValueError when it is none that this program knows."""
    try:
        return _EVENT.validate_json(body)
    except ValidationError:
        try:
            old = json.loads(body)
        except RecursionError as deep:
            raise ValueError("an event is not nested so deep") from deep
        if not isinstance(old, dict) or (new := upgrade(old)) is old:
            raise
        return _EVENT.validate_json(json.dumps(new))


@dataclass(frozen=True, slots=True)
class Fact:
    """An event with its place: the run, its number there (from 1), its time (UTC), its hash."""

    run_id: str
    seq: int
    at: datetime
    event: Event
    hash: str
