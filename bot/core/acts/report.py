"""How a run stands in Slack; the bot's own, from its painter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot, no_message
from bot.core.acting.sealed import OPEN, OWN
from bot.core.acting.sentences import Around
from bot.core.markup.model import Code, Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.showing import Told


@dataclass(frozen=True, slots=True)
class Report:
    """How the run stands in Slack; the bot's own command, from its painter."""

    event: Told


def _rule(run: Run, command: Report, at: datetime) -> Sequence[e.Event]:
    """The event, unless it is known already: several processes may find the same."""
    event = command.event
    match event:
        case e.BoardReplaced():
            known = any(
                one.board == event.board or (event.broken and one.broken == event.broken)
                for one in run.showing.before
            )
        case e.PostingRefused():
            # One trouble at a time: another message's is most often the same. The board's goes
            # first, since it is the one that ends.
            refused = run.showing.refused
            other = refused is not None and refused.message != event.message
            known = refused == event or (other and event.message != "board")
        case _:
            refused = run.showing.refused
            known = refused is None or refused.message != event.message
    return () if known else (event,)


REPORT = Act(Report, rule=_rule, when_closed=True, asking=None)


def _replaced(run: Run, event: e.BoardReplaced, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, before=(*run.showing.before, event)))


def _refused(run: Run, event: e.PostingRefused, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, refused=event))


def _resumed(run: Run, event: e.PostingResumed, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, refused=None))


def _of_board(around: Around, event: e.BoardReplaced, it: Inline) -> Inline:
    new = "a new board was posted"
    if event.why == "deleted":
        return f"the board was deleted; {new}"
    if event.why == "not_editable":
        return f"Slack let the bot edit the board no more; {new}"
    if event.head is not None:
        shown = ("the log hash ", Code(event.head), f" of entry {event.entry}")
        return "🔴 the board showed ", shown, f", which is not in the record; {new}"
    return f"🔴 entry {event.broken} did not follow from the one before it; {new}"


def _of_refusal(around: Around, event: e.PostingRefused, it: Inline) -> Inline:
    return "Slack refused to show the run (", Code(event.error), ")"


def _of_end(around: Around, event: e.PostingResumed, it: Inline) -> Inline:
    return "Slack shows the run again"


BOARD_REPLACED = Meaning(
    e.BoardReplaced,
    sealed={
        **OWN,
        "board": OPEN,
        "why": OPEN,
        "entry": OPEN,
        "head": OPEN,
        "broken": OPEN,
    },
    changes=_replaced,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_board,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)

REFUSED = Meaning(
    e.PostingRefused,
    sealed={**OWN, "message": OPEN, "error": OPEN},
    changes=_refused,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_refusal,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)

RESUMED = Meaning(
    e.PostingResumed,
    sealed={**OWN, "message": OPEN},
    changes=_resumed,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_end,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
