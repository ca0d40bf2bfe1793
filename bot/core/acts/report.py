"""How a run stands in Slack; the bot's own, from its painter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar, assert_never

from bot.core.acting.act import Act
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot, no_message
from bot.core.acting.sealed import OPEN, OWN
from bot.core.acting.sentences import Around
from bot.core.markup.model import Code, Inline, Words
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.showing import Told
from bot.core.text import short_hash

F = TypeVar("F", bound=Told)


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
        case e.PictureShown():
            known = run.showing.picture(event.path) is not None
        case e.PostingResumed():
            refused = run.showing.refused
            known = refused is None or refused.message != event.message
        case _:
            assert_never(event)
    return () if known else (event,)


REPORT = Act(Report, rule=_rule, when_closed=True, needs=None, asking=None)


def _replaced(run: Run, event: e.BoardReplaced, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, before=(*run.showing.before, event)))


def _refused(run: Run, event: e.PostingRefused, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, refused=event))


def _resumed(run: Run, event: e.PostingResumed, at: datetime) -> Run:
    # Whoever brought the channel back hears anew before it goes.
    ending = replace(run.ending, told=None)
    return replace(run, showing=replace(run.showing, refused=None), ending=ending)


def _uploaded(run: Run, event: e.FileUploaded, at: datetime) -> Run:
    files, uploaded = (*run.showing.files, event), {**run.showing.uploaded, event.file: at}
    return replace(run, showing=replace(run.showing, files=files, uploaded=uploaded))


def _deleted(run: Run, event: e.FileDeleted, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, deleted=(*run.showing.deleted, event)))


def _pictured(run: Run, event: e.PictureShown, at: datetime) -> Run:
    return replace(run, showing=replace(run.showing, pictures=(*run.showing.pictures, event)))


def _of_board(around: Around, event: e.BoardReplaced, it: Inline) -> Inline:
    new = "a new board was posted"
    if event.why == "deleted":
        return f"the board was deleted; {new}"
    if event.why == "not_editable":
        return f"Slack let the bot edit the board no more; {new}"
    if event.why == "moved":
        return "the board was left in the channel that the run had before"
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
        return file, " was deleted in Slack, since part of what it tells was erased or taken back"
    return "Slack did not delete ", file, " (", Code(event.error), "): it must be deleted by hand"


def _of_picture(around: Around, event: e.PictureShown, it: Inline) -> Inline:
    picture = ("the picture ", Code(event.path))
    if event.error is not None:
        return picture, " could not be shown: ", Words(event.error)
    return picture, " is in Slack, with the SHA-256 ", Code(short_hash(event.sha256 or ""))


def _own(
    fact: type[F],
    says: Sequence[str],
    changes: Callable[[Run, F, datetime], Run],
    sentence: Callable[[Around, F, Inline], Inline],
) -> Meaning[F]:
    """What a fact of the bot's own about showing means: it has no message but the board."""
    return Meaning(
        fact,
        sealed={**OWN, **dict.fromkeys(says, OPEN)},
        changes=changes,
        matters=None,
        touches=no_message,
        offers=all_stay,
        opens=None,
        notice=None,
        messages={},
        sentence=sentence,
        who=by_the_bot,
        account=None,
        brings_looks=False,
    )


_FILE = ("document", "request", "entry", "sha256", "file", "link")

BOARD_REPLACED = _own(
    e.BoardReplaced, ("board", "why", "entry", "head", "broken", "channel"), _replaced, _of_board
)
REFUSED = _own(e.PostingRefused, ("message", "error"), _refused, _of_refusal)
RESUMED = _own(e.PostingResumed, ("message",), _resumed, _of_end)
UPLOADED = _own(e.FileUploaded, _FILE, _uploaded, _of_file)
PICTURED = _own(e.PictureShown, ("path", "sha256", "file", "link", "error"), _pictured, _of_picture)
DELETED = _own(e.FileDeleted, ("file", "error"), _deleted, _of_deletion)
