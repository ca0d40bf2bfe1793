"""A channel of a run's own: made, or not; and a channel that somebody chooses for a run.

Slack makes it (`bot.app.rooms`), and what came of that is recorded here. From then on the run is
there, and nowhere else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar, assert_never

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, OnRun, Question, in_a_form, opens
from bot.core.acting.meaning import (
    Meaning,
    Message,
    all_stay,
    by_person,
    by_the_bot,
    no_message,
)
from bot.core.acting.messages import BACK, FURNISH, NOWHERE
from bot.core.acting.moving import FIELD, HINT, lacks_channel, moved, must_lack
from bot.core.acting.naming import by_name, quietly
from bot.core.acting.sealed import ASKED, INPUTS, OPEN, OWN, Fields
from bot.core.acting.sentences import Around
from bot.core.acting.thread import Scene, offering, said
from bot.core.blockkit.blocks import button, channel_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Code, Inline, Words
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.rooms import (
    ChannelChosen,
    ChannelFurnished,
    ChannelIdChanged,
    ChannelMade,
    ChannelNotMade,
    Placed,
)
from bot.core.run.slack_errors import Class, class_of, remedy
from bot.core.run.waits import TITLE_SHOWN
from bot.core.text import brief, counted, escape

R = TypeVar("R", bound=Placed)


@dataclass(frozen=True, slots=True)
class TellRoom:
    """What came of making a channel, or that it has another id; the bot's own command."""

    event: ChannelMade | ChannelNotMade | ChannelFurnished | ChannelIdChanged


@dataclass(frozen=True, slots=True)
class ChooseChannel:
    """Have the run in a channel from now on; `board` is the ts of the board that it leaves."""

    channel: str
    by: e.Person
    board: str | None = None


def _told(run: Run, command: TellRoom, at: datetime) -> Sequence[e.Event]:
    """The event, unless it is known already: several processes may find the same."""
    told, room = command.event, run.room
    match told:
        case ChannelMade():
            known = room is None or room.name is not None
        case ChannelNotMade():
            known = room is None or room.name is not None or room.error is not None
        case ChannelFurnished():
            known = room is None or room.furnished
        case ChannelIdChanged():
            known = run.channel != told.was
        case _:
            assert_never(told)
    return () if known else (told,)


TELL = Act(TellRoom, rule=_told, when_closed=True, needs=None, asking=None)


# Choosing one. ----------------------------------------------------------------------------------


def _chosen(run: Run, command: ChooseChannel, at: datetime) -> Sequence[e.Event]:
    return moved(run, command.channel, command.by, command.board)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """In which channel does the run go on?"""
    must_lack(run)
    ask = channel_input(FIELD, "In which channel?", hint=HINT)
    return modal("channel", f"Channel of {run.id}", "Choose", [ask], run=run.id)


def _read(answer: Answer) -> ChooseChannel:
    return ChooseChannel(answer.values[FIELD], answer.by)


def _when(run: Run) -> bool:
    return run.closed is None and lacks_channel(run)


ON_RUN = OnRun(
    "Choose a channel…", "The board comes there, and the run goes on in it.", "channel", _when
)

CHOOSE = Act(
    ChooseChannel,
    rule=_chosen,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={ON_RUN.verb: opens("channel")},
        questions=[Question("channel", when_closed=False, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "channel", "choose channel", "choose a channel", "channel")],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _is_made(run: Run, event: ChannelMade, at: datetime) -> Run:
    room = run.room
    if room is not None:
        room = replace(room, name=event.name, private=event.private, made=event.channel)
    return replace(run, channel=event.channel, room=room)


def _is_not(run: Run, event: ChannelNotMade, at: datetime) -> Run:
    room = run.room
    if room is not None:
        room = replace(room, error=event.error, told=run.seq + 1)
    return replace(run, channel=event.channel or "", room=room)


def _is_furnished(run: Run, event: ChannelFurnished, at: datetime) -> Run:
    room = None if run.room is None else replace(run.room, furnished=True)
    return replace(run, room=room)


def _is_chosen(run: Run, event: ChannelChosen, at: datetime) -> Run:
    # What the other channel did not take says nothing of this one.
    return replace(run, channel=event.channel, showing=replace(run.showing, refused=None))


def _has_another_id(run: Run, event: ChannelIdChanged, at: datetime) -> Run:
    """The same channel: what stands in it is found under its new id."""
    before = tuple(
        one.model_copy(update={"channel": event.channel}) if one.channel == event.was else one
        for one in run.showing.before
    )
    room = run.room
    if room is not None and room.made == event.was:
        room = replace(room, made=event.channel)
    showing = replace(run.showing, before=before, refused=None)
    return replace(run, channel=event.channel, showing=showing, room=room)


def _of_made(run: Run | None, event: ChannelMade, number: int) -> Sequence[str]:
    return f"{FURNISH}{number}", f"{BACK}{number}"


def _of_not_made(run: Run | None, event: ChannelNotMade, number: int) -> Sequence[str]:
    return (f"notice/{number}",) if event.channel else (f"{NOWHERE}{number}",)


def _of_furnished(run: Run | None, event: ChannelFurnished, number: int) -> Sequence[str]:
    return (f"notice/{number}",) if event.left_out or event.lacking else ()


def _of_chosen(run: Run | None, event: ChannelChosen, number: int) -> Sequence[str]:
    """The one who was told that there was none reads where it is now."""
    told = run.room.told if run is not None and run.room is not None and not run.channel else None
    return (f"notice/{number}", *(() if told is None else (f"{NOWHERE}{told}",)))


# What people read. ------------------------------------------------------------------------------


def why_not(error: str, bot: str = "runbook") -> str:
    """What somebody can do so that Slack makes a channel the next time."""
    if error == "missing_scope":
        return "Ask the people who run the bot to reinstall the app: it may make no channels yet."
    if class_of(error) is Class.OPERATOR:
        return remedy(error, bot)
    return _REMEDIES.get(error, "Ask an admin of the workspace what keeps the app from making one.")


_REMEDIES: Mapping[str, str] = {
    "name_taken": "All names that I tried are taken.",
    "no_answer": "Slack did not answer for a minute; if it made one, it stays empty.",
    "user_is_restricted": "An admin of the workspace can let the app make channels.",
    "restricted_action": "An admin of the workspace can let the app make channels.",
}


def _here(scene: Scene, event: ChannelNotMade) -> Picture:
    """The board is where it was typed, and says why."""
    return said(
        f"⚠️ {scene.run.id} has no channel of its own: Slack did not make one "
        f"(`{escape(event.error)}`). {why_not(event.error)} It goes on here."
    )


def _nowhere(run: Run, facts: Sequence[e.Fact], which: str) -> Picture:
    """To who started it: there is no board yet, and what to do; once there is one, where."""
    event = facts[int(which) - 1].event
    if not isinstance(event, ChannelNotMade):
        raise TypeError(f"entry {which} of {run.id} tells of no channel")
    kind = "private channel" if run.room is not None and run.room.private else "channel"
    head = (
        f"⚠️ {run.id} has started, and its board is nowhere yet: Slack did not make a {kind} for "
        f"it (`{escape(event.error)}`). {why_not(event.error)}"
    )
    if run.channel:
        return said(f"{head}\nIt is in <#{run.channel}> now.")
    return offering(
        f"{head}\nMake a {kind} yourself, invite me there, and choose it here. What is done is "
        "recorded meanwhile.",
        button(ON_RUN.label, ON_RUN.verb, run.id, style="primary"),
    )


def _back(run: Run, facts: Sequence[e.Fact], which: str) -> Picture:
    """Where it was asked for: it is there."""
    words = f"{run.id}: {brief(run.title, TITLE_SHOWN)}. It is in <#{run.channel}>"
    return said(f"🧵 {words}, started by {by_name(run, run.started_by)}.")


def _missing(scene: Scene, event: ChannelFurnished) -> Picture:
    """Who could not be invited, and what else is not there; once."""
    told: list[str] = []
    if event.left_out:
        left = [escape(one) if "<" not in one else one for one in event.left_out[:MOST]]
        names = quietly(scene.run, ", ".join(left))
        more = len(event.left_out) - MOST
        others = f" and {counted(more, 'other')}" if more > 0 else ""
        told.append(
            f"Slack did not let me invite {names}{others} (`{escape(event.why or '')}`): "
            "anyone who is here can."
        )
    if event.lacking:
        told.append(f"Not set: {escape('; '.join(event.lacking))}.")
    return said(f"{scene.run.id}: {' '.join(told)}")


MOST = 10
"""How many of those who could not be invited are named."""


def _moved(scene: Scene, event: ChannelChosen) -> Picture:
    was = f"; it was in <#{event.was}>" if event.was else ""
    return said(f"{scene.run.id} goes on here, says {by_name(scene.run, event.by)}{was}.")


def _made_sentence(around: Around, event: ChannelMade, it: Inline) -> Inline:
    kind = "private channel" if event.private else "channel"
    return f"a {kind} was made for the run: ", Words(f"#{event.name}")


def _not_made_sentence(around: Around, event: ChannelNotMade, it: Inline) -> Inline:
    where = "the board came where it was typed" if event.channel else "there was no board"
    return "Slack made no channel for the run (", Code(event.error), f"); {where}"


def _furnished_sentence(around: Around, event: ChannelFurnished, it: Inline) -> Inline:
    left = f"; {len(event.left_out)} could not be" if event.left_out else ""
    lacking: Inline = ("; not set: ", Words("; ".join(event.lacking))) if event.lacking else ()
    return f"{counted(event.invited, 'person', 'people')} invited into the channel{left}", lacking


def _chosen_sentence(around: Around, event: ChannelChosen, it: Inline) -> Inline:
    was = (", away from ", Code(event.was)) if event.was else ()
    return "had the run go on in the channel ", Code(event.channel), was


def _another_id_sentence(around: Around, event: ChannelIdChanged, it: Inline) -> Inline:
    return "Slack gave the channel another id, ", Code(event.channel), ", for ", Code(event.was)


def _own(
    fact: type[R],
    says: Fields,
    changes: Callable[[Run, R, datetime], Run],
    touches: Callable[[Run | None, R, int], Sequence[str]],
    sentence: Callable[[Around, R, Inline], Inline],
    notice: Callable[[Scene, R], Picture] | None,
    messages: Mapping[str, Message],
) -> Meaning[R]:
    """What a fact about making it means."""
    return Meaning(
        fact,
        sealed={**OWN, **says},
        changes=changes,
        matters=None,
        touches=touches,
        offers=all_stay,
        opens=None,
        notice=notice,
        messages=messages,
        sentence=sentence,
        who=by_the_bot,
        account=None,
        brings_looks=False,
    )


MADE = _own(
    ChannelMade,
    {"channel": OPEN, "name": OPEN, "private": OPEN},
    _is_made,
    _of_made,
    _made_sentence,
    None,
    {BACK.removesuffix("/"): _back},
)
NOT_MADE = _own(
    ChannelNotMade,
    {"error": OPEN, "channel": OPEN},
    _is_not,
    _of_not_made,
    _not_made_sentence,
    _here,
    {NOWHERE.removesuffix("/"): _nowhere},
)
FURNISHED = _own(
    ChannelFurnished,
    {"invited": OPEN, "left_out": INPUTS, "why": OPEN, "lacking": OPEN},
    _is_furnished,
    _of_furnished,
    _furnished_sentence,
    _missing,
    {},
)
ANOTHER_ID = _own(
    ChannelIdChanged,
    {"channel": OPEN, "was": OPEN},
    _has_another_id,
    no_message,
    _another_id_sentence,
    None,
    {},
)
CHOSEN = Meaning(
    ChannelChosen,
    sealed={**ASKED, "channel": OPEN, "was": OPEN},
    changes=_is_chosen,
    matters=None,
    touches=_of_chosen,
    offers=all_stay,
    opens=None,
    notice=_moved,
    messages={},
    sentence=_chosen_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)
