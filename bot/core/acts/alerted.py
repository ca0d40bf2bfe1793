"""Hearing how the alert stands that a run was started from; the bot's own, as its sender tells it.

What is told follows what alerts say of themselves, so it may be told twice, late or by several
replicas: only what is otherwise than the run knows becomes an entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.core.acting.act import Act
from bot.core.acting.alerted import named
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot
from bot.core.acting.sealed import OPEN, OWN, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.thread import Scene, said
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline, Time, Words
from bot.core.run import events as e
from bot.core.run.alerted import Alerted
from bot.core.run.model import Run
from bot.core.run.waits import moment
from bot.core.text import run_link


@dataclass(frozen=True, slots=True)
class HearAlerts:
    """The episodes that are this run's, each as it is now, the first one first; the bot's own."""

    episodes: tuple[e.AlertChanged, ...]


def _rule(run: Run, command: HearAlerts, at: datetime) -> Sequence[e.Event]:
    alert = run.alert
    if alert is None or run.closed is not None:
        return ()
    made = []
    for now in command.episodes:
        known = alert.known(now.episode)
        if known is None and now.joined is not None:
            continue
        # When it began is told at once, and may be earlier by what came late: no news.
        if known is not None and (known.ended, known.joined) == (now.ended, now.joined):
            continue
        event = now if known is None else now.model_copy(update={"names": (), "told_at": None})
        made.append(event)
        alert = alert.after(event)
    return tuple(made)


HEAR = Act(HearAlerts, rule=_rule, when_closed=True, needs=None, asking=None)


# What it makes. ---------------------------------------------------------------------------------


def _changes(run: Run, event: e.AlertChanged, at: datetime) -> Run:
    return run if run.alert is None else replace(run, alert=run.alert.after(event))


def _fires_again(alert: Alerted | None, event: e.AlertChanged) -> bool:
    """Whether all had resolved, and it fires now."""
    return alert is not None and not alert.fires and alert.after(event).fires


def _touches(run: Run | None, event: e.AlertChanged, number: int) -> Sequence[str]:
    # That it has resolved is on the board; whoever works believes so, and must hear otherwise.
    again = run is not None and _fires_again(run.alert, event)
    return (f"notice/{number}",) if again else ()


def _notice(scene: Scene, event: e.AlertChanged) -> Picture:
    alert = scene.run.alert
    known = None if alert is None else alert.known(event.episode)
    where = run_link(event.episode, known.at if known else None)
    names = named(event.names)
    since = moment(scene.run, event.since)
    return said(f"🔔 {scene.run.id}: the alert {where}{names} fires again, since {since}.")


def _sentence(around: Around, event: e.AlertChanged, it: Inline) -> Inline:
    names = (" (", Words(", ".join(event.names)), ")") if event.names else ""
    alert = ("heard that the alert ", event.episode, names)
    if event.joined is not None:
        return *alert, " is part of ", event.joined
    if event.ended is not None:
        return *alert, " has resolved, ", _time(event.ended)
    if around.before is not None and around.before.alert is not None:
        again = " again" if _fires_again(around.before.alert, event) else ""
        return *alert, f" fires{again}, since ", _time(event.since)
    return *alert, " fires, since ", _time(event.since)


def _time(at: datetime) -> Inline:
    return Time(at, f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"), " UTC"


CHANGED = Meaning(
    e.AlertChanged,
    sealed={
        **OWN,
        "episode": OPEN,
        "since": OPEN,
        "ended": OPEN,
        # What an alert is called may have anyone's words in it.
        "names": WORDS,
        "told_at": OPEN,
        "joined": OPEN,
    },
    changes=_changes,
    # That an alert has resolved proves nothing, and that it fires again changes nothing.
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
