"""How a run stands in Slack; the bot's own, from its painter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.core.acting.act import Act
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot, no_message
from bot.core.acting.sealed import OPEN, OWN
from bot.core.acting.sentences import Around
from bot.core.markup.model import Code, Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.showing import Told
from bot.core.text import short_hash


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
        case e.FileUploaded():
            known = any(one.file == event.file for one in run.showing.files)
        case e.FileDeleted():
            known = event in run.showing.deleted
        case e.PostingResumed():
            refused = run.showing.refused
            known = refused is None or refused.message != event.message
        case _:
            assert_never(event)
    return () if known else (event,)


REPORT = Act(Report, rule=_rule, when_closed=True, asking=None)


def _replaced(run: Run, event: e.BoardReplaced, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, before=(*run.showing.before, event)))


def _refused(run: Run, event: e.PostingRefused, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, refused=event))


def _resumed(run: Run, event: e.PostingResumed, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, refused=None))


def _uploaded(run: Run, event: e.FileUploaded, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, files=(*run.showing.files, event)))


def _deleted(run: Run, event: e.FileDeleted, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, deleted=(*run.showing.deleted, event)))


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


def _of_file(around: Around, event: e.FileUploaded, it: Inline) -> Inline:
    return "the post-mortem was uploaded, with the SHA-256 ", Code(short_hash(event.sha256))


def _of_deletion(around: Around, event: e.FileDeleted, it: Inline) -> Inline:
    file = ("the file ", Code(event.file))
    if event.error is None:
        return file, " was deleted in Slack, since part of what it tells was erased"
    return "Slack did not delete ", file, " (", Code(event.error), "): it must be deleted by hand"


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

UPLOADED = Meaning(
    e.FileUploaded,
    sealed={
        **OWN,
        "document": OPEN,
        "request": OPEN,
        "entry": OPEN,
        "sha256": OPEN,
        "file": OPEN,
        "link": OPEN,
    },
    changes=_uploaded,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_file,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)

DELETED = Meaning(
    e.FileDeleted,
    sealed={**OWN, "file": OPEN, "error": OPEN},
    changes=_deleted,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_deletion,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
