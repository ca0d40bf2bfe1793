"""Showing the inputs and the people of a run; it records nothing."""

from typing import Never

from bot.core.acting.asking import Asking, OnRun, Question, at_any_time, in_a_form, opens
from bot.core.blockkit.blocks import sections
from bot.core.blockkit.modal import FIELDS, View, modal
from bot.core.procedure import show_duration
from bot.core.procedure.paging import paging
from bot.core.procedure.whose import say_roles
from bot.core.run.events import Person
from bot.core.run.holding import group_name
from bot.core.run.model import Run
from bot.core.run.values import inputs_read
from bot.core.text import brief, dated, escape, mention

_SHOWN = 300


def form(run: Run) -> View:
    """Inputs and people of a run."""
    p = run.procedure
    facts = [f"*{brief(run.title, _SHOWN)}* (`{p.id}`)"]
    if p.summary:
        facts.append(brief(run.words(p.summary), 2_000))
    if p.impact:
        facts.append(f"Impact: {brief(run.words(p.impact), _SHOWN)}")
    if p.owner:
        where = f" in {escape(p.owner.slack)}" if p.owner.slack else ""
        page = f" · {paging(p.owner)}" if p.owner.page else ""
        group = p.owner.slack_group
        called = f" · group `{escape(group_name(group))}`" if group else ""
        facts.append(f"Owner: {escape(p.owner.team)}{where}{called}{page}")
    if p.updates:
        facts.append(f"Updates go to {', '.join(map(escape, p.updates))}")
    if p.where:
        facts.append(f"Where: {brief(run.words(p.where), _SHOWN)}")
    if p.drill_every is not None:
        facts.append(f"To be drilled every {show_duration(p.drill_every)}")
    facts.append(f"Started {dated(run.started_at)}")
    facts += [
        f"{name}: `{brief(value, _SHOWN)}`"
        for name, value in inputs_read(run.procedure, run.inputs)
    ]
    texts = run.outline.texts
    facts += [
        f"{texts.called(name)} (found): `{brief(value, _SHOWN)}`"
        for name, value in texts.found.items()
    ]
    held = run.outline.held
    people = [
        f"{mention(q)}: " + (f"step {', '.join(held[q.id])}" if q.id in held else "no step yet")
        for q in run.responders
    ]
    notes = [f"📝 {mention(by)}: {brief(text, _SHOWN)}" for by, text in run.notes[-10:]]
    blocks = [*sections(facts), *sections(["*People*", *people])]
    if roles := say_roles(p):
        blocks += sections(["*Roles*", *(brief(line, _SHOWN) for line in roles)])
    if notes:
        blocks += sections(["*Notes*", *notes])
    return modal("about", f"About {run.id}", None, blocks[:FIELDS], run=run.id)


def _form(run: Run, which: str | None, by: Person) -> View:
    return form(run)


ON_RUN = OnRun("Inputs and people", "", "about", at_any_time)

ABOUT: Asking[Never] = Asking(
    verbs={ON_RUN.verb: opens("about")},
    questions=[Question("about", when_closed=True, draw=_form, read=None)],
    lines=[ON_RUN],
    words=[in_a_form(ON_RUN, "about", "about", "inputs", "inputs and people", runs="any")],
)
