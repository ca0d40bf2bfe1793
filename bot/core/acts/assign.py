"""Who leads and who types: roles in a run, taken, given, and given up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, OnRun, Question, does_to_run, opens, while_open
from bot.core.acting.inwords import InWords, does_to_run_in_words, opens_in_words
from bot.core.acting.meaning import Meaning, all_stay, by_person
from bot.core.acting.naming import by_name
from bot.core.acting.rights import ask, held_by, named
from bot.core.acting.sealed import ASKED, OPEN, PERSON
from bot.core.acting.sentences import Around
from bot.core.acting.shift import roles
from bot.core.acting.thread import Scene, said
from bot.core.blockkit.blocks import person_input, section, select_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline, Words
from bot.core.run import events as e
from bot.core.run.holding import NOTHING_KNOWN, Knows
from bot.core.run.model import Run
from bot.core.run.refusals import Refused, is_mine
from bot.core.run.shift import COMMANDER, OF_EVERY_RUN, RoleAssigned
from bot.core.text import brief, escape, mention


@dataclass(frozen=True, slots=True)
class AssignRole:
    """Give a role to someone, or take it; without `to`, nobody has it any more."""

    role: str
    by: e.Person
    to: e.Person | None = None
    knows: Knows = NOTHING_KNOWN


def _rule(run: Run, command: AssignRole, at: datetime) -> Sequence[e.Event]:
    known, to = roles(run.procedure), command.to
    if command.role not in known:
        there = ", ".join(f"`{escape(role)}`" for role in known)
        raise Refused(f"{run.id} has no role `{escape(command.role[:80])}`. It has {there}.")
    has = run.cast.get(command.role)
    if (has is None and to is None) or (to is not None and is_mine(has, to)):
        return ()
    if to is not None and command.role in run.procedure.roles:
        _holds(run, command.role, to, command.knows)
    given = {} if to is None else {"to": to}
    return (RoleAssigned(role=command.role, by=command.by, **given),)


def _holds(run: Run, role: str, to: e.Person, knows: Knows) -> None:
    """Raise Refused where it is known that someone does not hold a role of the procedure."""
    if knows.holding(run.procedure, role, to.id).holds is False:
        raise Refused(
            f"Nothing was recorded: {mention(to)} is not {named(run.procedure, role)}. "
            f"{held_by(run.procedure, role, knows)} {ask(run.procedure)}",
            "to",
        )


# How it is asked for. ---------------------------------------------------------------------------


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Who has which role?"""
    names = roles(run.procedure)
    now = "\n".join(f"*{escape(role)}*: {mention(who)}" for role, who in run.cast.items())
    known = run.procedure.roles
    does = [OF_EVERY_RUN.get(role) or known[role].description for role in names]
    listed = [
        (f"{role}: {' '.join(words.split())}", role)
        for role, words in zip(names, does, strict=True)
    ]
    blocks = [
        section(now or "Nobody has a role yet."),
        select_input("role", "Role", listed),
        {
            **person_input("to", "Who has it from now on? Leave it empty for nobody."),
            "optional": True,
        },
    ]
    return modal("assign", f"Roles in {run.id}", "Assign", blocks, run=run.id)


def _read(answer: Answer) -> AssignRole:
    to = answer.person("to") if answer.said("to") else None
    return AssignRole(answer.values["role"], answer.by, to)


def _leads(by: e.Person) -> AssignRole:
    return AssignRole(COMMANDER, by, by)


ON_RUN = OnRun(
    "Roles…",
    "Who leads, who types the commands, and who has a role of the procedure.",
    "assign",
    while_open,
)
TAKES_COMMAND = "take_command"
"""The verb of the button of who will lead."""

ASSIGN = Act(
    AssignRole,
    rule=_rule,
    when_closed=False,
    needs="work",
    asking=Asking(
        verbs={ON_RUN.verb: opens("assign"), TAKES_COMMAND: does_to_run(_leads)},
        questions=[Question("assign", when_closed=False, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[
            InWords(
                said=("roles", "role", "commander", "operator"),
                after="",
                runs="open",
                step=None,
                lacking="",
                means=opens_in_words("assign"),
                control=(ON_RUN.label, ON_RUN.verb),
                told="",
            ),
            InWords(
                said=("take command", "lead"),
                after="",
                runs="open",
                step=None,
                lacking="",
                means=does_to_run_in_words(_leads),
                control=None,
                told="You are commander.",
            ),
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _assigned(run: Run, event: RoleAssigned, at: datetime) -> Run:
    if event.to is not None:
        return replace(run, cast={**run.cast, event.role: event.to})
    return replace(run, cast={role: who for role, who in run.cast.items() if role != event.role})


def _touches(run: Run | None, event: RoleAssigned, number: int) -> Sequence[str]:
    # What came with a hand-off is told with it.
    return () if event.handoff is not None else (f"notice/{number}",)


def _notice(scene: Scene, event: RoleAssigned) -> Picture:
    run, role, by = scene.run, brief(event.role, 80), by_name(scene.run, event.by)
    if event.to is None:
        return said(f"🧭 {run.id}: nobody is {role} any more, says {by}.")
    if is_mine(event.to, event.by):
        return said(f"🧭 {run.id}: {by} is {role} now.")
    return said(f"🧭 {run.id}: {mention(event.to)} is {role} now. {by} said so.")


def _sentence(around: Around, event: RoleAssigned, it: Inline) -> Inline:
    role = Words(event.role)
    if event.to is None:
        return "left the role ", role, " without anyone"
    if is_mine(event.to, event.by):
        return "took the role ", role
    return "gave the role ", role, " to ", around.names.of(event.to)


ASSIGNED = Meaning(
    RoleAssigned,
    sealed={**ASKED, "role": OPEN, "to": PERSON, "handoff": OPEN},
    changes=_assigned,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)
