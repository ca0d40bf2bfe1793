"""Starting a run: its first fact; and starting it again, with other values."""

from collections.abc import Sequence
from typing import Never

from bot.core.acting.asking import Asking, OnRun, Question, in_a_form, opens, while_open
from bot.core.acting.meaning import Meaning, all_stay, by_person, unchanged
from bot.core.acting.messages import PICTURE, ROOM
from bot.core.acting.sealed import ASKED, INPUTS, OPEN, WORDS
from bot.core.acting.sentences import Around, given
from bot.core.acting.start_form import inputs
from bot.core.blockkit.modal import View
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """The values of the run to start in place of this one; the answer starts a run."""
    words = f"This starts a new run and closes *{run.id}*; each links to the other."
    known = {name: value for name, value in run.inputs.items() if name not in run.hidden}
    return inputs(
        run.procedure,
        known,
        channel=run.channel,
        another=True,
        note=words,
        carried={"instead": run.id},
        drill=run.drill,
    )


def _has_inputs(run: Run) -> bool:
    return while_open(run) and bool(run.procedure.inputs)


ON_RUN = OnRun(
    "Start again with other values…",
    "A new run with the values you give; this one is closed, and each links to the other.",
    "again",
    _has_inputs,
)

AGAIN: Asking[Never] = Asking(
    verbs={ON_RUN.verb: opens("again")},
    questions=[Question("again", when_closed=False, draw=_form, read=None)],
    lines=[ON_RUN],
    words=[in_a_form(ON_RUN, "again", "start again", "start over")],
)


def _sentence(around: Around, event: e.RunStarted, it: Inline) -> Inline:
    inputs = (" with ", given(event.inputs)) if event.inputs else ""
    led = ("; ", event.led_from, " led to it") if event.led_from else ()
    own = f", in a {event.room} channel of its own" if event.room else ""
    alert = ("; the alert ", event.episode, " led to it") if event.episode else ()
    return "started ", it, inputs, own, led, alert


def _touches(run: Run | None, event: e.RunStarted, number: int) -> Sequence[str]:
    """The pictures of its steps are brought to Slack, and a channel of its own is made."""
    pictures = [f"{PICTURE}{n}" for n, _ in enumerate(event.procedure.images(), start=1)]
    return pictures if event.room is None else [*pictures, ROOM]


STARTED = Meaning(
    e.RunStarted,
    sealed={
        **ASKED,
        "procedure": OPEN,
        "source": OPEN,
        "source_sha256": OPEN,
        "commit": OPEN,
        "inputs": INPUTS,
        "channel": OPEN,
        "team": OPEN,
        "enterprise": OPEN,
        "drill": OPEN,
        "severity": OPEN,
        # What an alert is called may have anyone's words in it.
        "alerts": WORDS,
        "episode": OPEN,
        "episode_at": OPEN,
        "detected_at": OPEN,
        "instead_of": OPEN,
        "instead_at": OPEN,
        "led_from": OPEN,
        "led_step": OPEN,
        "led_at": OPEN,
        "room": OPEN,
        "asked_in": OPEN,
    },
    # The run is made of it: `bot.core.engine.fold.begin`.
    changes=unchanged,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)
