"""Telling stakeholders how it stands: drafted, then changed and sent by a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, OnRun, Question, at_any_time, in_a_form, opens
from bot.core.acting.draft import draft
from bot.core.acting.meaning import Meaning, all_stay, by_person, by_the_bot
from bot.core.acting.messages import UPDATE
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import ASKED, OPEN, OWN, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.stakeholders import where, why
from bot.core.acting.thread import Scene, said
from bot.core.blockkit.blocks import channel, context, section, text_input, ticks_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Code, Inline, Words, joined
from bot.core.run import events as e
from bot.core.run.calling import ANSWER_LOST
from bot.core.run.model import Run
from bot.core.run.refusals import WORDS_LIMIT, Refused, worded
from bot.core.run.updates import Update
from bot.core.text import escape, mention


@dataclass(frozen=True, slots=True)
class TellStakeholders:
    """Have these words posted in these channels, of those that the procedure names."""

    by: e.Person
    text: str
    channels: tuple[str, ...]


_NONE = (
    "The procedure names no channels for updates. Add them to its file, as in "
    '`updates: ["#status"]`, and invite me there.'
)


def _rule(run: Run, command: TellStakeholders, at: datetime) -> Sequence[e.Event]:
    known = run.procedure.updates
    if not known:
        raise Refused(f"Nothing was sent. {_NONE}")
    chosen = tuple(one for one in known if one in command.channels)
    if not chosen or len(chosen) < len(set(command.channels)):
        listed = ", ".join(map(channel, known))
        raise Refused(
            f"Nothing was sent: choose from the procedure's channels, {listed}.", "channels"
        )
    text = worded(command.text, "the update")
    return (e.UpdateSent(by=command.by, text=text, channels=chosen),)


@dataclass(frozen=True, slots=True)
class TellArrived:
    """How the post of an update into a channel ended; the bot's own command."""

    event: e.UpdateArrived


def _arrived_rule(run: Run, command: TellArrived, at: datetime) -> Sequence[e.Event]:
    """Say it once."""
    event = command.event
    update = run.updates.get(event.request)
    known = update is None or event.place in update.ended or event.place not in update.channels
    return () if known else (event,)


TELL = Act(TellArrived, rule=_arrived_rule, when_closed=True, needs=None, asking=None)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """What is told, and where?"""
    channels = run.procedure.updates
    if not channels:
        copy = f"This is how it stands, to copy:\n```{escape(draft(run).replace('```', ''))}```"
        return modal(
            "update", "Tell stakeholders", None, [section(_NONE), section(copy)], run=run.id
        )
    words = (
        "Posted once in each channel that you leave ticked, with your name, in the thread and in "
        "the record. No commands and no secrets: others read it there."
    )
    if run.procedure.private:
        words += " This run is private, and these channels have other people in them."
    else:
        words += " If this run's channel is private, what you send leaves it."
    ticks = ticks_input("channels", "Where", [(one, one, "") for one in channels])
    ticks["element"]["initial_options"] = ticks["element"]["options"]
    ask = text_input(
        "text",
        "What they read",
        multiline=True,
        initial=draft(run),
        limit=WORDS_LIMIT,
        hint="Drafted from the record as it is now. Change what you like.",
    )
    return modal("update", "Tell stakeholders", "Send", [context(words), ask, ticks], run=run.id)


def _read(answer: Answer) -> TellStakeholders:
    channels = tuple(one for one in answer.said("channels").split(",") if one)
    return TellStakeholders(answer.by, answer.said("text"), channels)


ON_RUN = OnRun(
    "Tell stakeholders…",
    "A short word on how it stands, drafted for you; you change and send it.",
    "update",
    at_any_time,
)

TELL_STAKEHOLDERS = Act(
    TellStakeholders,
    rule=_rule,
    # The last word is that it is over.
    when_closed=True,
    needs="work",
    asking=Asking(
        verbs={ON_RUN.verb: opens("update")},
        questions=[Question("update", when_closed=True, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[
            in_a_form(ON_RUN, "update", "update", "tell stakeholders", "stakeholders", runs="any")
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _sent(run: Run, event: e.UpdateSent, at: datetime) -> Run:
    update = Update(event.by, at, event.text, event.channels, run.seq + 1, run.severity)
    return replace(run, updates={**run.updates, update.entry: update})


def _ended(run: Run, event: e.UpdateArrived, at: datetime) -> Run:
    update = run.updates[event.request]
    now = replace(update, ended={**update.ended, event.place: event.error})
    return replace(run, updates={**run.updates, event.request: now})


def _touches(run: Run | None, event: e.UpdateSent, number: int) -> Sequence[str]:
    posts = [f"{UPDATE}{number}/{n}" for n in range(1, len(event.channels) + 1)]
    return (f"notice/{number}", *posts)


def _tells(run: Run | None, event: e.UpdateArrived, number: int) -> Sequence[str]:
    return [f"notice/{number}"] * (event.error is not None)


def _notice(scene: Scene, event: e.UpdateSent) -> Picture:
    run, update = scene.run, scene.run.updates[scene.number]
    head = f"📣 {run.id}: {by_name(run, event.by)} tells stakeholders, in {where(update)}:"
    return said(f"{head}\n{escape(event.text)}")


def _of_missed(scene: Scene, event: e.UpdateArrived) -> Picture:
    """Whoever sent it hears what did not arrive; the board says when stakeholders were told."""
    run, update = scene.run, scene.run.updates[event.request]
    sign = "❔" if event.error == ANSWER_LOST else "🔕"
    missed = f"your update did not arrive in {channel(event.place)}"
    if event.error == ANSWER_LOST:
        missed = f"your update in {channel(event.place)}"
    return said(f"{sign} {run.id}: {mention(update.by)}, {missed}: {why(event.error or '')}")


def _sentence(around: Around, event: e.UpdateSent, it: Inline) -> Inline:
    places = joined(", ", (Words(one) for one in event.channels))
    return "told stakeholders in ", places, ": ", around.names.opening(event.text)


def _came(around: Around, event: e.UpdateArrived, it: Inline) -> Inline:
    place = Words(event.place)
    if event.error is None:
        return f"the update (entry {event.request}) is in ", place
    if event.error == ANSWER_LOST:
        return f"whether the update (entry {event.request}) arrived is not known in ", place
    return (
        f"the update (entry {event.request}) did not arrive in ",
        place,
        " (",
        Code(event.error),
        ")",
    )


def _text(event: e.UpdateSent) -> str:
    return event.text


SENT = Meaning(
    e.UpdateSent,
    sealed={**ASKED, "text": WORDS, "channels": OPEN},
    changes=_sent,
    # It changes nothing in the system.
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=_text,
    brings_looks=False,
)

ARRIVED = Meaning(
    e.UpdateArrived,
    sealed={**OWN, "request": OPEN, "place": OPEN, "error": OPEN},
    changes=_ended,
    matters=None,
    touches=_tells,
    offers=all_stay,
    opens=None,
    notice=_of_missed,
    messages={},
    sentence=_came,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
