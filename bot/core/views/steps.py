"""How one row of the outline is drawn: as a quiet line, as a row with a button, or open."""

from collections.abc import Sequence

from bot.core.acting import owner_call
from bot.core.acting.answers import said
from bot.core.acting.repeating import in_doubt
from bot.core.acting.thread import opens_if_it_fails
from bot.core.acts import call_owner
from bot.core.acts.decide import answer_buttons, ask_button
from bot.core.acts.give_back import CONTROL as GIVE_BACK
from bot.core.acts.hand_over import TO_ONESELF as TAKE_OVER
from bot.core.acts.hand_over import TO_SOMEONE as HAND_OVER
from bot.core.acts.lead import led_to, start_buttons
from bot.core.acts.note import CONTROL as NOTE
from bot.core.acts.show import CONTROL as SHOW
from bot.core.acts.skip import CONTROL as SKIP
from bot.core.acts.take import take_button
from bot.core.blockkit import rich_text as markdown
from bot.core.blockkit.blocks import (
    Block,
    actions,
    button,
    context,
    contexts,
    overflow,
    rich,
    section,
)
from bot.core.kinds import ends_now, kind_of
from bot.core.kinds.controls import CHECK_AGAIN, LOOK_AGAIN, UNDO, Control
from bot.core.procedure import (
    Check,
    Container,
    Leaf,
    captures_of,
    commands,
    options_of,
)
from bot.core.procedure.kinds.paper import labeled, otherwise, say_timeout
from bot.core.procedure.saying import say_condition
from bot.core.procedure.using import used_by_step
from bot.core.run.expected import unmet
from bot.core.run.life import Step
from bot.core.run.model import Run, State
from bot.core.run.need import MEMBERS
from bot.core.run.outline import Heading, Row
from bot.core.run.rows import target, title
from bot.core.run.waits import TITLE_SHOWN, WORDS_SHOWN, moment
from bot.core.template import bare
from bot.core.text import brief, briefly, escape, link, mention, shorten, span
from bot.core.views import members
from bot.core.views.approving import agreeing, approval, approved, by_whom, to_be_approved
from bot.core.views.deadlines import deadline, ran
from bot.core.views.evidence import asked as evidence_asked
from bot.core.views.evidence import beside as beside_it
from bot.core.views.owners import whom_to_ask
from bot.core.views.pictures import linked

VALUE_SHOWN = 60
"""How much of a value the board shows, in characters."""


def verdict(run: Run, row: Row) -> str:
    """What a step's check says, when that is more than that it passed."""
    if row.check is None:
        return ""
    if row.looks:
        return " · ⏳\u00a0checking"
    return kind_of(row.leaf).verdict(run, row, row.verdict) if row.verdict else ""


def ended(run: Run, row: Row) -> str:
    """A step that is finished, in one line."""
    step = row.step
    if step.state is State.DONE:
        answer = "" if step.answer is None else f" · “{escape(said(run, row.leaf, step.answer))}”"
        known = f" · with {', '.join(then)}" if (then := with_values(run, row)) else ""
        known += beside_it(step)
        did = approved(run, row) if row.asks else ran(run, row)
        return f"✅ {title(row)}{answer} · {did}{known}{verdict(run, row)}"
    if step.state is State.SKIPPED and step.ended_by and step.ended_at:
        words = brief(step.words or "", WORDS_SHOWN)
        who = f"{mention(step.ended_by)} {moment(run, step.ended_at)}"
        return f"⏭️ {title(row)} · skipped, {who}: {words}"
    return f"➖ {title(row)} · {escape(row.spare or 'not chosen')}"


def with_values(run: Run, row: Row) -> list[str]:
    """The values that a step was done with, where those of the run are others now."""
    if (then := row.step.values) is None:
        return []
    now, finds = run.outline.values, captures_of(row.leaf)
    placed = run.outline.places[row.id]
    other = (name for name in used_by_step(placed, run.procedure) if name not in finds)
    return [
        f"{bare(name)} {span(then[name], VALUE_SHOWN)}"
        for name in sorted(other)
        if name in then and then[name] != now.get(name)
    ]


def standing(run: Run, row: Row, *, loud: bool = False) -> str:
    """A step that is not finished, in one line: open, taken, failed or in doubt; *loud* in bold."""
    step = row.step
    shown = f"*{title(row).replace('*', '')}*" if loud else title(row)
    if step.state is State.TAKEN and step.holder and step.taken_at:
        since = f"{mention(step.holder)} since {moment(run, step.taken_at)}"
        return f"▶️ {shown} · {since}{deadline(run, row)}{verdict(run, row)}"
    if step.state is State.FAILED and step.ended_by and step.ended_at:
        words = brief(step.words or "", WORDS_SHOWN)
        who = f"{mention(step.ended_by)} {moment(run, step.ended_at)}"
        return f"❌ {shown} · failed, {who}: {words}{approval(run, row)}"
    if step.state is State.DONE:
        return f"⚠️ {shown} · {ran(run, row)}{verdict(run, row)}"
    sign = "⚠️" if row.leaf.danger else "○"
    first = f" · {escape(row.waits)}" if row.waits else ""
    role = f" · for {row.leaf.role}" if row.leaf.role and not loud else ""
    return f"{sign} {shown}{role}{first}{approval(run, row)}"


def as_row(run: Run, row: Row, words: str | None = None) -> Block:
    """A step as a line with its one button, or with a menu when someone is on it.

    *words* are what the line says, where that is more than how the step stands.
    """
    accessory: Block | None = take_button(run, row, primary=False)
    if row.awaited is not None:
        # What never comes by itself has a way out in view.
        stuck = row.id in run.outline.need.stuck
        accessory = _button(run, row, SKIP) if stuck else None
    elif row.state in (State.OPEN, State.FAILED) and row.unapproved:
        accessory = agreeing(run, row, primary=False, whole=False)[0]
    elif row.state is State.OPEN and options_of(row.leaf):
        accessory = ask_button(run, row)
    elif row.state is State.TAKEN:
        accessory = _menu(run, row, (*ends_now(row), TAKE_OVER, HAND_OVER, SHOW))
    elif row.state is State.DONE:
        accessory = check_again(run, row)
    return section(words or standing(run, row), block_id=_block(row), accessory=accessory)


def opened(
    run: Run, row: Row, *, primary: bool, cut: int | None, notes: bool = True
) -> list[Block]:
    """A step in full, with its commands and buttons; *cut* bounds each text, in characters.

    *notes* adds a line with the last note.
    """
    step = row.step
    shown = [section(standing(run, row, loud=True)), *body(run, row, cut=cut)]
    shown += [context(told) for told in call_owner.line(run, step)]
    shown += [context(note) for note in noted(step)] if notes else []
    if step.state is State.DONE:
        shown.insert(1, context(doubt(run, row)))
    if cut is None and (step.state in (State.FAILED, State.DONE) or "🔴" in verdict(run, row)):
        shown += whom_to_ask(run)
    buttons = _begins(run, row, primary=primary, cut=cut)
    for control in _buttons(row):
        buttons.append(_button(run, row, control, primary=primary and not buttons))
    if row.awaited is None and row.spare is None:
        buttons += start_buttons(run, row)
    shown.append(actions(_block(row), *buttons, _menu(run, row, _behind_dots(row))))
    return shown


def _begins(run: Run, row: Row, *, primary: bool, cut: int | None) -> list[Block]:
    """The buttons by which a step is begun, or a question answered, if either can be."""
    if row.state in (State.TAKEN, State.DONE) or row.awaited is not None or row.spare is not None:
        return []
    if options_of(row.leaf):
        return answer_buttons(run, row)
    if row.unapproved:
        return agreeing(run, row, primary=primary, whole=cut is None)
    return [take_button(run, row, primary=primary)]


def noted(step: Step) -> list[str]:
    """The last note on a step, as one line; all of them are in the full view."""
    if not step.notes:
        return []
    person, text = step.notes[-1]
    more = f" ({len(step.notes) - 1} more)" if len(step.notes) > 1 else ""
    return [f"📝 {mention(person)}: {brief(' '.join(text.split()), WORDS_SHOWN)}{more}"]


def doubt(run: Run, row: Row) -> str:
    """What the failed check of a step that was done says, and what to do about it."""
    seen = row.verdict
    if seen is None or seen.green:
        return "Checking again …"
    title_ = run.procedure.checks[seen.observed.check].title
    name = brief(run.words(title_, row.id), TITLE_SHOWN)
    why = briefly(unmet(seen.observed, run.procedure), WORDS_SHOWN)
    return f"🔴 {name}: {why}. {in_doubt(row.leaf, f'⋯ → {UNDO.label}', named=False)}"


def check_again(run: Run, row: Row, *, primary: bool = False) -> Block:
    """The button that has a step's check looked at once more."""
    return _button(run, row, CHECK_AGAIN, primary=primary)


def _button(run: Run, row: Row, control: Control, *, primary: bool = False) -> Block:
    return button(
        control.label,
        control.verb,
        target(run, row),
        style="primary" if primary else None,
        says=control.says.format(row.number),
    )


def _menu(run: Run, row: Row, controls: Sequence[Control]) -> Block:
    value = target(run, row)
    return overflow("step_menu", [(one.label, f"{one.verb}/{value}") for one in controls])


def body(run: Run, row: Row, *, cut: int | None = None) -> list[Block]:
    """What a step says: warnings, what to do, commands, what to expect, how to go back."""
    step = row.leaf
    hidden = is_guarded(row)
    shown = contexts(_beforehand(run, step, cut))
    if elements := _instructions(run, step, cut, hidden=hidden):
        shown.append(rich(*elements))
    if row.unapproved and (hidden or row.asks):
        shown += to_be_approved(run, row, cut or _TEXT_LIMIT)
    elif hidden:
        shown.append(context("🔒 This cannot be undone. Take the step to see its commands."))
    return shown + contexts(_afterwards(run, row, cut, hidden=hidden))


def _beforehand(run: Run, step: Leaf | Container, cut: int | None) -> list[str]:
    """What to know before a step or a group is begun: where it is done, and the warnings."""
    asked = step.when and say_condition(step.when, run.placed, run.words)
    lines = [f"Only if {escape(asked)}"] if asked else []
    lines += [f"Role: {_role(run, step.role, cut)}"] if step.role else []
    lines += [f"Where: {_told(run, step, step.where, cut)}"] if step.where else []
    lines += [f"⚠️ {_told(run, step, warning, cut)}" for warning in step.warnings[:_MANY]]
    if len(step.warnings) > _MANY:
        lines.append(f"⚠️ … {len(step.warnings) - _MANY} more warnings")
    return lines


def _role(run: Run, name: str, cut: int | None) -> str:
    """The role that a step is for; what that is for, where there is room."""
    known = run.procedure.roles.get(name)
    return name if known is None or cut is not None else f"{name} ({escape(known.description)})"


def _afterwards(run: Run, row: Row, cut: int | None, *, hidden: bool) -> list[str]:
    """What is seen when a step has worked, what to do when not, and where to read more."""
    step = row.leaf
    lines = [*linked(run, step), *kind_of(step).says(run, row, step)]
    if row.state is not State.DONE:
        lines += evidence_asked(run, step, cut)
    lines += by_whom(row)
    lines += led_to(run, row)
    if step.expected:
        lines.append(f"Expect: {_told(run, step, step.expected, cut)}")
    if step.advice:
        label = otherwise(step.expected, step.advice)
        lines.append(labeled(label, _told(run, step, step.advice, cut)))
    if row.state is not State.FAILED and (opening := opens_if_it_fails(run, row)):
        lines.append(f"If not: mark it failed; {opening} then.")
    if (timeout := say_timeout(step.timeout, step.remind)) is not None:
        lines.append(f"Time-out: {timeout}")
    if step.rollback and not hidden:
        lines.append(f"Rollback: {_told(run, step, step.rollback, cut)}")
    if step.links:
        lines.append(_links(run, step, cut))
    return lines


def group_heading(run: Run, heading: Heading, cut: int | None) -> list[Block]:
    """A group: its number, title and manner, and what it says."""
    group = heading.group
    order = " · in any order" if group.any_order else " · choose one" if group.one_of else ""
    name = brief(heading.said, TITLE_SHOWN)
    lines = [f"*{heading.number} {name}*{members.manner(run, heading)}{order}"]
    lines += _beforehand(run, group, cut)
    if group.links:
        lines.append(_links(run, group, cut))
    return [*contexts(lines), *members.amiss(run, group)]


def by_hand(run: Run, check: Check, *, expected: bool = True) -> str:
    """The command by which a person sees what a check sees, or nothing when it names none."""
    if check.by_hand is None:
        return ""
    if lacking := run.outline.texts.missing(check.by_hand.run):
        return f"by hand, once it is known: {escape(run.outline.texts.told(lacking))}"
    shows = check.by_hand.expected if expected else None
    expect = f", expect {brief(run.words(shows), WORDS_SHOWN)}" if shows else ""
    return f"by hand: {span(run.words(check.by_hand.run), WORDS_SHOWN)}{expect}"


def is_guarded(row: Row) -> bool:
    """Whether its commands must not be copied yet: nobody has confirmed, or approved them."""
    if row.state in (State.TAKEN, State.DONE):
        return False
    return row.leaf.danger is not None or (row.unapproved and not row.asks)


def _instructions(run: Run, step: Leaf, cut: int | None, *, hidden: bool) -> list[Block]:
    """What to do, and each command in a block of its own, so that it can be copied."""
    elements = markdown.rich_text(_plain(run, step, step.do, cut)) if step.do else []
    typed = () if hidden else commands(step)
    shown = typed if cut is None else typed[:_MANY]
    elements += [markdown.preformatted(_typed(run, step, command, cut)) for command in shown]
    if left := len(typed) - len(shown):
        elements.append(markdown.section(markdown.words(f"… {left} more: ⋯ → Show in full")))
    return elements


_MANY = 5
"""How many warnings are listed, and how many commands when space is short."""
_TEXT_LIMIT = 9_000
_LINKS_ROOM = 2_500


def _plain(run: Run, step: Leaf, text: str, cut: int | None) -> str:
    return shorten(run.words(text, step.id), cut or _TEXT_LIMIT)


def _typed(run: Run, step: Leaf, command: str, cut: int | None) -> str:
    return shorten(run.command(command, step.id), cut or _TEXT_LIMIT)


def _told(run: Run, step: Leaf | Container, text: str, cut: int | None) -> str:
    return brief(run.words(text, step.id), cut or _TEXT_LIMIT)


def _links(run: Run, step: Leaf | Container, cut: int | None) -> str:
    """As many links as there is room for: half a link is none."""
    room = _LINKS_ROOM if cut is None else cut
    told: list[str] = []
    for one in step.links:
        name = run.words(one.title, step.id)
        lacking = run.outline.texts.missing(one.url)
        # A link that lacks a value leads elsewhere.
        made = escape(name) if lacking else link(run.words(one.url, step.id), name)
        room -= len(made)
        if room < 0:
            break
        told.append(made)
    if left := len(step.links) - len(told):
        told.append(f"{left} more: ⋯ → Show in full" if told else f"{left}: ⋯ → Show in full")
    return "See " + " · ".join(told)


def _buttons(row: Row) -> Sequence[Control]:
    """The buttons of a step, after the one that takes it where nobody is on it."""
    if row.awaited == MEMBERS:
        # It stands for the steps of members who are not listed yet.
        return ()
    if row.state is State.DONE:
        return (CHECK_AGAIN, NOTE)
    if row.state is not State.TAKEN:
        return (SKIP, *((call_owner.CONTROL,) if owner_call.can_call(row) else ()), NOTE)
    kind = kind_of(row.leaf)
    return (*((LOOK_AGAIN,) if kind.stalled(row) else ()), *ends_now(row), SKIP, NOTE)


def _behind_dots(row: Row) -> Sequence[Control]:
    """What the menu beside the buttons of a step has."""
    if row.state is State.DONE:
        return (UNDO, SHOW)
    if row.state is State.FAILED:
        return (SHOW, UNDO)
    if row.state is not State.TAKEN:
        return (SHOW,)
    check = () if row.check is None else (CHECK_AGAIN,)
    return (HAND_OVER, TAKE_OVER, GIVE_BACK, *check, SHOW)


def _block(row: Row) -> str:
    return f"step:{row.id}"
