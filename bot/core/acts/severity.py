"""Saying how bad it is: the severity of a run can be another than its procedure's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, OnRun, Question, opens, while_open
from bot.core.acting.intents import Do, Form
from bot.core.acting.inwords import InWords
from bot.core.acting.meaning import Meaning, all_stay, by_person, one_notice
from bot.core.acting.naming import by_name
from bot.core.acting.owner_call import WORST, Cause, causes
from bot.core.acting.sealed import ASKED, OPEN, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.steps import NAME_SHOWN
from bot.core.acting.thread import ACCOUNT_SHOWN, Scene, said
from bot.core.blockkit.blocks import select_input, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline
from bot.core.procedure import SEVERITIES
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import WORDS_LIMIT, Refused, worded
from bot.core.text import brief


@dataclass(frozen=True, slots=True)
class ChangeSeverity:
    """Say how bad it is, and why it is not what it was."""

    severity: str
    by: e.Person
    reason: str = ""


def _rule(run: Run, command: ChangeSeverity, at: datetime) -> Sequence[e.Event]:
    if command.severity not in SEVERITIES:
        known = ", ".join(SEVERITIES)
        named = brief(command.severity, NAME_SHOWN)
        raise Refused(f"There is no severity “{named}”. There are {known}.")
    if command.severity == run.severity:
        return ()
    why = {"reason": worded(command.reason, "the reason")} if command.reason.strip() else {}
    return (e.SeverityChanged(severity=command.severity, was=run.severity, by=command.by, **why),)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """How bad is it?"""
    now = f"It is {run.severity} now. " if run.severity else ""
    ask = select_input(
        "severity",
        "Severity",
        [(name, name) for name in SEVERITIES if name != run.severity],
        hint=f"{now}SEV1 is the worst.",
    )
    why = text_input(
        "reason",
        "Why?",
        multiline=True,
        limit=WORDS_LIMIT,
        optional=True,
        hint="Posted in the thread, and in the post-mortem.",
    )
    return modal("severity", "Severity", "Change it", [ask, why], run=run.id)


def _read(answer: Answer) -> ChangeSeverity:
    return ChangeSeverity(answer.values["severity"], answer.by, answer.said("reason"))


ON_RUN = OnRun(
    "Severity…",
    "How bad it is; the board shows it, and the thread hears of it.",
    "severity",
    while_open,
)

_SAID = re.compile(
    r"(?:to\s)?(?:sev\s?)?([1-5])\b[\s:,-]*(?:because\s)?(.*)", re.IGNORECASE | re.DOTALL
)


def _in_words(run: Run, row: Row | None, words: str, by: e.Person) -> Do[ChangeSeverity] | Form:
    said = _SAID.fullmatch(words)
    if said is None:
        return Form(run.id, "severity")
    return Do(run.id, ChangeSeverity(f"SEV{said[1]}", by, said[2]))


SEVERITY = Act(
    ChangeSeverity,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={ON_RUN.verb: opens("severity")},
        questions=[Question("severity", when_closed=False, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[
            InWords(
                said=("severity", "sev", "change severity"),
                after="SEV1 because REASON",
                runs="open",
                step=None,
                lacking="",
                means=_in_words,
                control=(ON_RUN.label, ON_RUN.verb),
                told="The severity is changed.",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _changed(run: Run, event: e.SeverityChanged, at: datetime) -> Run:
    return replace(run, severity=event.severity)


def _notice(scene: Scene, event: e.SeverityChanged) -> Picture:
    was = f", was {event.was}" if event.was else ""
    why = f": {brief(event.reason, ACCOUNT_SHOWN)}" if event.reason else ""
    call = " · *Call the owner* is on the board" if Cause() in causes(scene.run) else ""
    by = by_name(scene.run, event.by)
    words = f"🚨 {scene.run.id}: {event.severity} now{was}, says {by}{why}"
    return said(f"{words}{call if event.severity == WORST else ''}")


def _sentence(around: Around, event: e.SeverityChanged, it: Inline) -> Inline:
    was = f" (was {event.was})" if event.was else ""
    why: Inline = () if event.reason is None else (": ", around.names.opening(event.reason))
    return f"set the severity to {event.severity}{was}", why


def _reason(event: e.SeverityChanged) -> str:
    return event.reason or ""


CHANGED = Meaning(
    e.SeverityChanged,
    sealed={**ASKED, "severity": OPEN, "was": OPEN, "reason": WORDS},
    changes=_changed,
    # It changes nothing in the system.
    matters=None,
    touches=one_notice,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=_reason,
    brings_looks=False,
)
