"""Answering the owner's call: someone of the owner's channel is on it, and can take that back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Asking
from bot.core.acting.intents import Do, Odd
from bot.core.acting.meaning import Meaning, all_stay, by_person
from bot.core.acting.messages import OWNER
from bot.core.acting.naming import by_name
from bot.core.acting.owner_call import COMES, STAYS, now_is, wanted, what
from bot.core.acting.sealed import ASKED, OPEN
from bot.core.acting.sentences import Around
from bot.core.acting.thread import Scene, said
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.calling import Call
from bot.core.run.model import Run
from bot.core.run.refusals import Refused, is_mine
from bot.core.text import clock, mention


@dataclass(frozen=True, slots=True)
class OwnerComes:
    """Say that one comes, where the entry `request` called the owner."""

    by: e.Person
    request: int


@dataclass(frozen=True, slots=True)
class OwnerStays:
    """Say that one does not come after all."""

    by: e.Person
    request: int


def _call(run: Run, request: int) -> Call:
    call = run.calls.get(request)
    if call is None:
        raise Refused(f"Nothing was recorded: {run.id} has called nobody there.")
    return call


def _comes(run: Run, command: OwnerComes, at: datetime) -> Sequence[e.Event]:
    call = _call(run, command.request)
    if call.coming is not None:
        first, since = call.coming
        if is_mine(first, command.by):
            return ()
        when = clock(since, since=run.started_at)
        raise Refused(
            f"Nothing was recorded: {mention(first)} was first, and is on it since {when}. If you "
            "come too, open the board and take a step."
        )
    if not wanted(run, call):
        raise Refused("Nothing was recorded: it is over, and nobody need come any more.")
    return (e.OwnerComing(by=command.by, request=call.entry),)


def _stays(run: Run, command: OwnerStays, at: datetime) -> Sequence[e.Event]:
    call = _call(run, command.request)
    if call.coming is None:
        return ()
    who = call.coming[0]
    if not is_mine(who, command.by):
        raise Refused(f"Nothing was recorded: it is for {mention(who)} to take that back.")
    return (e.OwnerComingWithdrawn(by=command.by, request=call.entry),)


def _number(rest: str) -> int:
    if not rest.isdecimal():
        raise Odd("no call is named")
    return int(rest[:9])


def _says_coming(run: str, rest: str, by: e.Person) -> Do[OwnerComes]:
    return Do(run, OwnerComes(by, _number(rest)))


def _says_staying(run: str, rest: str, by: e.Person) -> Do[OwnerStays]:
    return Do(run, OwnerStays(by, _number(rest)))


COME = Act(
    OwnerComes,
    rule=_comes,
    when_closed=False,
    # Whoever sees the post is of the owner's channel: that is who was called.
    needs=None,
    asking=Asking(verbs={COMES: _says_coming}, questions=[], lines=[], words=[]),
)
STAY = Act(
    OwnerStays,
    rule=_stays,
    when_closed=False,
    needs=None,
    asking=Asking(verbs={STAYS: _says_staying}, questions=[], lines=[], words=[]),
)


# What they make. --------------------------------------------------------------------------------


def _is_coming(run: Run, event: e.OwnerComing, at: datetime) -> Run:
    call = run.calls[event.request]
    return now_is(run, replace(call, coming=(event.by, at), left=False))


def _is_not(run: Run, event: e.OwnerComingWithdrawn, at: datetime) -> Run:
    return now_is(run, replace(run.calls[event.request], coming=None, left=True))


def _touches(
    run: Run | None, event: e.OwnerComing | e.OwnerComingWithdrawn, number: int
) -> Sequence[str]:
    return (f"{OWNER}{event.request}", f"notice/{number}")


def _come_notice(scene: Scene, event: e.OwnerComing) -> Picture:
    """Whoever asked hears who comes."""
    run, call = scene.run, scene.run.calls[event.request]
    about = what(run, call, plainly=False)
    return said(f"🏃 {run.id}: {mention(call.by)}, {by_name(run, event.by)} is on it ({about}).")


def _stay_notice(scene: Scene, event: e.OwnerComingWithdrawn) -> Picture:
    run, call = scene.run, scene.run.calls[event.request]
    about = what(run, call, plainly=False)
    again = "" if run.closed is not None else " *Call the owner* asks again."
    return said(
        f"🚷 {run.id}: {mention(call.by)}, {by_name(run, event.by)} does not come after all "
        f"({about}).{again}"
    )


def _coming(around: Around, event: e.OwnerComing, it: Inline) -> Inline:
    return f"answered that they are on it, called by the owner's channel (entry {event.request})"


def _not_coming(around: Around, event: e.OwnerComingWithdrawn, it: Inline) -> Inline:
    return f"took back that they are on it (entry {event.request})"


COMING = Meaning(
    e.OwnerComing,
    sealed={**ASKED, "request": OPEN},
    changes=_is_coming,
    # It changes nothing in the system.
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=_come_notice,
    messages={},
    sentence=_coming,
    who=by_person,
    account=None,
    brings_looks=False,
)

NOT_COMING = Meaning(
    e.OwnerComingWithdrawn,
    sealed={**ASKED, "request": OPEN},
    changes=_is_not,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=_stay_notice,
    messages={},
    sentence=_not_coming,
    who=by_person,
    account=None,
    brings_looks=False,
)
