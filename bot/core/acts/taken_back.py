"""Messages of a run's threads that somebody deleted: that there was one, by whom and when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.core.acting.act import Act
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot
from bot.core.acting.messages import EXPORT
from bot.core.acting.names import SOMEONE
from bot.core.acting.sealed import OPEN, OWN, PERSON
from bot.core.acting.sentences import Around
from bot.core.acting.thread import Scene, said
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline, Time, Words
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.talk import MOST


@dataclass(frozen=True, slots=True)
class TellTakenBack:
    """Say that a message was deleted; the bot's own command, since Slack told it."""

    event: e.MessageTakenBack


def _rule(run: Run, command: TellTakenBack, at: datetime) -> Sequence[e.Event]:
    """Say it once, and of so many messages: nobody fills the record by writing and deleting."""
    known = run.showing.taken_back
    return () if command.event.message in known or len(known) >= MOST else (command.event,)


TELL = Act(TellTakenBack, rule=_rule, when_closed=True, needs=None, asking=None)


# What it makes. ---------------------------------------------------------------------------------


def _changes(run: Run, event: e.MessageTakenBack, at: datetime) -> Run:
    taken_back = run.showing.taken_back | {event.message}
    return replace(run, showing=replace(run.showing, taken_back=taken_back))


def _telling(run: Run | None, event: e.MessageTakenBack) -> Sequence[e.FileUploaded]:
    """The files that have the message's words: uploaded since it was written, and still there."""
    if run is None:
        return ()
    gone = {one.file for one in run.showing.deleted if one.error is None}
    since = run.showing.uploaded
    return [
        file
        for file in run.showing.files
        if file.file not in gone and since[file.file] >= event.written
    ]


def _touches(run: Run | None, event: e.MessageTakenBack, number: int) -> Sequence[str]:
    files = [f"{EXPORT}{file.request}" for file in _telling(run, event)]
    return (f"notice/{number}", *files) if files else ()


def _notice(scene: Scene, event: e.MessageTakenBack) -> Picture:
    return said(
        f"🗑️ A message in the thread of {scene.run.id} was deleted, and a post-mortem here told "
        "its words: I delete that file. For one without them, press *Post-mortem* again."
    )


def writer(around: Around, event: e.MessageTakenBack) -> Inline:
    """Whose message it was: a person's, also through an app, or an app's."""
    names = around.names
    app = names.known(event.app) or "an app" if event.app is not None else None
    if event.author is None:
        return Words(app) if app is not None else SOMEONE
    if event.author.is_erased:
        return Words(event.author.name or SOMEONE)
    name = names.known(event.author.id)
    person: Inline = names.of(event.author) if name is not None else SOMEONE
    if app is None:
        return person
    # An app has a user of its own, of the same name.
    return Words(app) if app == name else (person, ", through ", Words(app))


def _sentence(around: Around, event: e.MessageTakenBack, it: Inline) -> Inline:
    return (
        "a message that ",
        writer(around, event),
        " wrote at ",
        _moment(around, event.written),
        " was deleted at ",
        _moment(around, event.deleted),
    )


def _moment(around: Around, at: datetime) -> Time:
    """A time, with its date where that is not the day on which the run started."""
    here = at.astimezone(UTC)
    is_that_day = here.date() == around.run.started_at.astimezone(UTC).date()
    return Time(at, f"{here:%H:%M:%S}" if is_that_day else f"{here:%Y-%m-%d %H:%M:%S}")


FACTS = ("thread", "message", "app", "deleted")
TAKEN_BACK = Meaning(
    e.MessageTakenBack,
    sealed={**OWN, **dict.fromkeys(FACTS, OPEN), "author": PERSON},
    changes=_changes,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
