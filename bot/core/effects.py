"""What facts set off: which messages of the run they change."""

from collections.abc import Sequence
from typing import assert_never

from bot.core import events as e
from bot.core import offers
from bot.core.proof import Request, purpose
from bot.core.run import Run

BOARD = "board"
EXPORT = "export/"
"""Keys that begin so are files to upload, not messages to draw."""


def touched(run: Run | None, events: Sequence[e.Event]) -> dict[str, int]:
    """The messages that *events*, appended to *run*, change: key -> number of the fact to show."""
    seq, offered = (run.seq, run.offers) if run else (0, {})
    keys: dict[str, int] = {}
    for number, event in enumerate(events, start=seq + 1):
        keys[BOARD] = number
        for key in _keys(run, event, number):
            keys[key] = number
        before, offered = offered, offers.after(run, offered, event, number) if run else {}
        # Those that offer something no longer are drawn without their buttons.
        keys |= {f"notice/{n}": number for n in {*before.values()} - {*offered.values()}}
    return keys


def _keys(run: Run | None, event: e.Event, number: int) -> list[str]:  # noqa: C901 - a case a kind
    """The messages beside the board that one event changes."""
    match event:
        case e.StepFailed():
            return [f"notice/{number}", *_waits(run, event.step)]
        case e.StepDone():
            # Whoever is on a wait was promised to hear of its end; an edited message tells nobody.
            return [f"notice/{number}"] * event.on_check + _waits(run, event.step)
        case e.StepSkipped() | e.StepGivenBack():
            return _waits(run, event.step)
        case e.NoteAdded():
            return [f"notice/{number}"] * event.shared
        case e.StepHandedOver() | e.StepReturned() | e.RunReopened() | e.RunKeptOpen():
            return [f"notice/{number}"]
        case e.RunClosed():
            ongoing = run.pending.values() if run else ()
            return [
                f"notice/{number}",
                *(k for r in ongoing for k in _looks(r)),
            ]
        case e.VerificationRequested():
            return [f"verify/v{number}"]
        case e.CheckRequested():
            return [f"wait/{event.request}"] * event.wait + _superseded(run, event)
        case e.CheckObserved():
            return _observed(run, event, number)
        case e.ExportRequested():
            return [f"{EXPORT}{number}"]
        case (
            e.RunStarted()
            | e.StepTaken()
            | e.StepUndone()
            | e.RecoveryConfirmed()
            | e.ConfirmationWithdrawn()
            | e.ClosingRequested()
            | e.TimerFired()
            | e.BoardReplaced()
            | e.PostingRefused()
            | e.PostingResumed()
        ):
            return []
        case _:
            assert_never(event)


def _observed(run: Run | None, event: e.CheckObserved, number: int) -> list[str]:
    request = run.pending.get(event.request) if run is not None else None
    if run is None or request is None:
        return []
    return [f"notice/{number}"] * offers.told(run, event) + _looks(request)


def _superseded(run: Run | None, event: e.CheckRequested) -> list[str]:
    """The messages of earlier requests for the same purpose: nobody waits for those any more."""
    pending = run.pending.values() if run else ()
    return [key for r in pending if purpose(r) == purpose(event) for key in _looks(r)]


def _waits(run: Run | None, step: str) -> list[str]:
    pending = run.pending.values() if run else ()
    return [f"wait/{r.id}" for r in pending if r.wait and r.step == step]


def _looks(request: Request) -> list[str]:
    """The message that shows how far a request is; a closing has none until it has ended."""
    if request.wait:
        return [f"wait/{request.id}"]
    return [f"verify/{request.batch}"] if request.batch and not request.once else []
