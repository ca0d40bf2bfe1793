"""Archiving the channel that the bot made for a run: announced, kept by somebody, or done.

When it goes is the bot's own, by timers of the closed run; Slack is called by `bot.app.archiving`.
Other runs that were in the channel have their post-mortem written as well, before it goes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar, assert_never

from bot.core.acting.act import Act
from bot.core.acting.asking import Asking, OnRun, does_to_run
from bot.core.acting.inwords import InWords, does_to_run_in_words
from bot.core.acting.meaning import (
    Meaning,
    all_stay,
    by_person,
    by_the_bot,
    no_message,
    one_notice,
)
from bot.core.acting.messages import ARCHIVE, EXPORT
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import ASKED, OPEN, OWN
from bot.core.acting.sentences import Around
from bot.core.acting.thread import Scene, offering, said
from bot.core.blockkit.blocks import button
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Code, Inline, Words
from bot.core.run import events as e
from bot.core.run.archiving import ANNOUNCE as TO_ANNOUNCE
from bot.core.run.archiving import ARCHIVE as TO_ARCHIVE
from bot.core.run.archiving import (
    NO_POST_MORTEM,
    NOT_SHOWN,
    OPEN_RUN,
    ArchiveAnnounced,
    ArchiveBegun,
    ChannelArchived,
    ChannelKept,
    ChannelNotArchived,
    OfArchive,
)
from bot.core.run.model import Run
from bot.core.run.offers import ARCHIVE as OFFER
from bot.core.run.offers import Offers, without
from bot.core.run.polling import ends
from bot.core.run.refusals import Refused
from bot.core.run.slack_errors import Class, class_of, remedy
from bot.core.text import dated, escape, mention

G = TypeVar("G", bound=OfArchive)


@dataclass(frozen=True, slots=True)
class TellArchive:
    """How far a channel is on its way into the archive; the bot's own command.

    With no event a timer is taken that is over by now.
    """

    event: ArchiveAnnounced | ArchiveBegun | ChannelArchived | ChannelNotArchived | None


@dataclass(frozen=True, slots=True)
class KeepChannel:
    """The run's own channel is not to be archived."""

    by: e.Person


def _told(run: Run, command: TellArchive, at: datetime) -> Sequence[e.Event]:
    """The event, unless it is known already or the way is another one by now."""
    told, ending = command.event, run.ending
    match told:
        case None:
            return ()
        case ArchiveAnnounced():
            fits = TO_ANNOUNCE in ends(run, timedelta())
        case ArchiveBegun():
            fits = TO_ARCHIVE in ends(run, None) if run.in_its_own else _may_be_written(run)
        case ChannelArchived():
            fits = ending.archived is None and run.channel == told.channel
        case ChannelNotArchived():
            fits = bool(ending.told or ending.begun) and not ending.is_settled
        case _:
            assert_never(told)
    return (told,) if fits else ()


def _may_be_written(run: Run) -> bool:
    """Whether a run that was in another one's channel has yet to be written up for good."""
    return run.closed is not None and run.ending.begun is None


TELL = Act(TellArchive, rule=_told, when_closed=True, needs=None, asking=None)


# Keeping it. ------------------------------------------------------------------------------------


def _kept(run: Run, command: KeepChannel, at: datetime) -> Sequence[e.Event]:
    if run.ending.kept is not None:
        return ()
    if not _may_be_kept(run):
        raise Refused(f"The channel of {run.id} is not about to be archived.")
    return (ChannelKept(by=command.by),)


def _may_be_kept(run: Run) -> bool:
    return run.ending.told is not None and run.in_its_own and not run.ending.is_settled


ON_RUN = OnRun("Keep the channel", "It is not archived.", "keep_channel", _may_be_kept)

KEEP = Act(
    KeepChannel,
    rule=_kept,
    when_closed=True,
    needs=None,
    asking=Asking(
        verbs={ON_RUN.verb: does_to_run(KeepChannel)},
        questions=[],
        lines=[ON_RUN],
        words=[
            InWords(
                said=("keep the channel", "keep channel", "keep this channel"),
                after="",
                runs="closed",
                step=None,
                lacking="",
                means=does_to_run_in_words(KeepChannel),
                control=None,
                told="The channel stays.",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _is_announced(run: Run, event: ArchiveAnnounced, at: datetime) -> Run:
    return replace(run, ending=replace(run.ending, told=event.due))


def _is_kept(run: Run, event: ChannelKept, at: datetime) -> Run:
    return replace(run, ending=replace(run.ending, kept=event.by))


def _is_begun(run: Run, event: ArchiveBegun, at: datetime) -> Run:
    return replace(run, ending=replace(run.ending, begun=run.seq + 1))


def _is_archived(run: Run, event: ChannelArchived, at: datetime) -> Run:
    """It puts the bot out, as one that somebody archives."""
    refused = e.PostingRefused(message="board", error="is_archived")
    ending = replace(run.ending, archived=at)
    return replace(run, ending=ending, showing=replace(run.showing, refused=refused))


def _is_spared(run: Run, event: ChannelNotArchived, at: datetime) -> Run:
    return replace(run, ending=replace(run.ending, spared=event.error))


def _offers(run: Run, offers: Offers, event: ArchiveAnnounced, number: int) -> Offers:
    return {**offers, OFFER: number}


def _over(run: Run, offers: Offers, event: e.Event, number: int) -> Offers:
    return without(offers, OFFER)


def _of_begun(run: Run | None, event: ArchiveBegun, number: int) -> Sequence[str]:
    """The post-mortem comes first; of whose channel it is, that is seen to then."""
    own = run is not None and run.in_its_own
    return (f"{EXPORT}{number}", *([f"{ARCHIVE}{number}"] if own else []))


def _of_spared(run: Run | None, event: ChannelNotArchived, number: int) -> Sequence[str]:
    """Of several runs in a channel, only the one whose own it is tells of it."""
    return (f"notice/{number}",) if run is not None and run.in_its_own else ()


# What people read. ------------------------------------------------------------------------------


def _announced(scene: Scene, event: ArchiveAnnounced) -> Picture:
    """Who closed the run is mentioned: it is for them to say if the channel is still needed."""
    run, ending = scene.run, scene.run.ending
    closed = run.closed
    to = "" if closed is None or closed.by.is_erased else f"{mention(closed.by)}, "
    if ending.kept is not None:
        return said(f"🗄️ {run.id}: this channel stays, says {by_name(run, ending.kept)}.")
    head = (
        f"🗄️ {run.id}: {to}this channel is archived {dated(event.due)}. "
        "The post-mortem is put here first. "
    )
    if not scene.offered:
        return said(head)
    words = f"{head}Then nothing can be written here; *Reopen…* is in my Home. Is it still needed?"
    return offering(words, button(ON_RUN.label, ON_RUN.verb, run.id))


def _not_archived(scene: Scene, event: ChannelNotArchived) -> Picture:
    """Who can act is mentioned, and told what can be done by hand."""
    closed = scene.run.closed
    to = "" if closed is None or closed.by.is_erased else f"{mention(closed.by)}, "
    return said(f"🗄️ {scene.run.id}: {to}this channel is not archived: {_why(scene.run, event)}")


def _why(run: Run, event: ChannelNotArchived) -> str:
    which = escape(event.run or run.id)
    if event.error == OPEN_RUN:
        return f"{which} is open in it. Once that is over, anyone here can archive it."
    if event.error == NO_POST_MORTEM:
        return (
            f"the post-mortem of {which}, with what was said in its thread, is not here. "
            f"`/runbook export {which}` tries again; then anyone here can archive it."
        )
    if event.error == NOT_SHOWN:
        return "not all that is to stand here could be shown. Anyone here can archive it."
    what = "Anyone here can."
    if class_of(event.error) is Class.OPERATOR:
        what = f"{remedy(event.error, 'runbook')} Or archive it yourself."
    return f"Slack does not let me (`{escape(event.error)}`). {what}"


def _announced_sentence(around: Around, event: ArchiveAnnounced, it: Inline) -> Inline:
    return "said in the channel that it would be archived at ", Words(f"{event.due:%Y-%m-%d %H:%M}")


def _kept_sentence(around: Around, event: ChannelKept, it: Inline) -> Inline:
    return "had the channel kept"


def _begun_sentence(around: Around, event: ArchiveBegun, it: Inline) -> Inline:
    return "had the post-mortem written, before the channel is archived"


def _archived_sentence(around: Around, event: ChannelArchived, it: Inline) -> Inline:
    if event.seen:
        return "the channel ", Code(event.channel), " was archived"
    return "Slack put the bot out of the channel ", Code(event.channel), ", which it had archived"


def _spared_sentence(around: Around, event: ChannelNotArchived, it: Inline) -> Inline:
    about = (" of ", Words(event.run)) if event.run else ()
    return "the channel was not archived (", Code(event.error), about, ")"


def _own(
    fact: type[G],
    says: Sequence[str],
    changes: Callable[[Run, G, datetime], Run],
    touches: Callable[[Run | None, G, int], Sequence[str]],
    offers: Callable[[Run, Offers, G, int], Offers],
    notice: Callable[[Scene, G], Picture] | None,
    sentence: Callable[[Around, G, Inline], Inline],
) -> Meaning[G]:
    """What a fact of the bot's own about it means."""
    return Meaning(
        fact,
        sealed={**OWN, **dict.fromkeys(says, OPEN)},
        changes=changes,
        matters=None,
        touches=touches,
        offers=offers,
        opens=None,
        notice=notice,
        messages={},
        sentence=sentence,
        who=by_the_bot,
        account=None,
        brings_looks=False,
    )


ANNOUNCED = _own(
    ArchiveAnnounced, ["due"], _is_announced, one_notice, _offers, _announced, _announced_sentence
)
BEGUN = _own(ArchiveBegun, [], _is_begun, _of_begun, _over, None, _begun_sentence)
ARCHIVED = _own(
    ChannelArchived,
    ["channel", "seen"],
    _is_archived,
    no_message,
    all_stay,
    None,
    _archived_sentence,
)
SPARED = _own(
    ChannelNotArchived,
    ["error", "run"],
    _is_spared,
    _of_spared,
    _over,
    _not_archived,
    _spared_sentence,
)
KEPT = Meaning(
    ChannelKept,
    sealed=ASKED,
    changes=_is_kept,
    matters=None,
    touches=no_message,
    offers=_over,
    opens=None,
    notice=None,
    messages={},
    sentence=_kept_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)
