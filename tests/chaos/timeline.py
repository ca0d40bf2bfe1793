"""What people do to a timeline, for those that are killed over it, and for who comes after."""

from collections.abc import Callable
from typing import Any

from bot.app.conversation import Conversation
from bot.app.pinning import Pinning
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run.events import Person
from bot.core.run.pins import Quote
from bot.edges.clock import SystemClock
from bot.edges.store import SqlLog
from tests.chaos.shifting import ANA, BEN, PRESS, shift

EMOJI, PLACE, TS = "pushpin", "C1", "1793502600.000100"


def quote(*reacted: Person) -> Quote:
    """The message, to which these people react."""
    by = {EMOJI: frozenset(one.id for one in reacted)}
    link = "https://acme.slack.example/archives/C1/p1793502600000100"
    return Quote(PLACE, TS, link, "Both nodes are down", author=BEN, reacted=by)


def pinning(log: SqlLog) -> Pinning:
    """What puts messages into timelines, over a log."""
    admission = shift(log, SystemClock()).admission
    nothing: Any = None
    talk = Conversation(admission.desk, log, nothing, lambda *_: "", inside=admission.inside)
    return Pinning(talk, admission, None, EMOJI)


async def done(log: SqlLog, what: str, run: str, *, press: str = PRESS, by: Person = ANA) -> str:
    """One act on the timeline of a run; what was said to who did it, or why it was refused."""
    made = pinning(log)
    desk = made.admission.desk
    try:
        match what:
            case "added":
                return (await made.by_emoji(by, quote(by), delivery=press)).text
            case "corrected":
                number = max((await desk.run(run)).pins, default=0)
                text = "Both nodes are up"
                await desk.act(run, c.CorrectPin(by, number, None, text), delivery=press)
            case "taken back":
                return (await made.taken_back(by, PLACE, TS, delivery=press)).text
    except Refused as refused:
        return str(refused)
    return ""


async def struck(
    log: SqlLog, what: str, run: str, begun: Callable[[], None] = lambda: None
) -> None:
    """The act, by whoever may be killed over it."""
    begun()
    await done(log, what, run)
