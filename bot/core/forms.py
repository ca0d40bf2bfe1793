"""The modals: every question that the bot asks, drawn from the run it is about.

`private_metadata` carries what the answer is for; `bot.core.clicks` reads it back.
"""

from collections.abc import Callable, Mapping

from bot.core import markdown
from bot.core.blocks import (
    Block,
    checkbox_input,
    context,
    person_input,
    rich,
    section,
    sections,
    select_input,
    text_input,
)
from bot.core.closing import is_closing, lacking
from bot.core.decide import WORDS_LIMIT, Refused
from bot.core.events import Person
from bot.core.modal import FIELDS, modal
from bot.core.modal import View as View  # noqa: PLC0414 - spoken of here
from bot.core.more import choices
from bot.core.outline import Row
from bot.core.procedure import commands
from bot.core.proof import Item
from bot.core.rows import title
from bot.core.run import Run, State
from bot.core.stake import to_type
from bot.core.start_form import inputs as inputs  # noqa: PLC0414 - likewise
from bot.core.text import brief, clock, cut, dated, escape, mention, paging, shorten

WARNINGS = 50
"""How many warnings of a destructive step are read before it is taken."""


def _on_step(run: Run, row: Row, *blocks: Block) -> list[Block]:
    return [section(title(row)), *blocks]


def skip(run: Run, row: Row) -> View:
    """Why is a step left out?"""
    ask = text_input(
        "reason",
        "Why are you skipping this step?",
        multiline=True,
        limit=WORDS_LIMIT,
        hint="The board and the post-mortem show it.",
    )
    return modal("skip", "Skip a step", "Skip", _on_step(run, row, ask), run=run.id, step=row.id)


def fail(run: Run, row: Row) -> View:
    """What happened instead?"""
    ask = text_input(
        "what",
        "What happened?",
        multiline=True,
        limit=WORDS_LIMIT,
        hint="The error or output. It will be posted in the thread.",
    )
    advice = row.leaf.on_failure
    told = [context(f"If not: {brief(run.words(advice), 2_500)}")] if advice else []
    return modal(
        "fail",
        "A step failed",
        "Mark failed",
        _on_step(run, row, *told, ask),
        run=run.id,
        step=row.id,
    )


def note(run: Run, row: Row | None) -> View:
    """Something to write down."""
    ask = text_input(
        "text",
        "Note",
        multiline=True,
        limit=WORDS_LIMIT,
        hint="The record and the post-mortem have all of it.",
    )
    share = checkbox_input("shared", "Thread", "Post it in the thread too")
    blocks = _on_step(run, row, ask) if row else [section(f"About *{run.id}*"), ask]
    blocks.append(share)
    step = row.id if row else None
    return modal("note", "Add a note", "Add", blocks, run=run.id, step=step)


def take(run: Run, row: Row) -> View:
    """Is a destructive step meant? It says what will be run, and asks for what is at stake."""
    wanted = to_type(run, row.leaf)
    said = (*(heading.group for heading in row.groups), row.leaf)
    told = [text for part in said for text in part.warnings]
    warnings = [context(f"⚠️ {escape(run.words(w))}") for w in told[-WARNINGS:]]
    back = row.leaf.rollback
    if back:
        warnings.append(context(f"Rollback: {escape(run.words(back))}"))
    ask = text_input(
        "typed",
        f"Type {wanted} to confirm",
        hint="This cannot be undone. Take the step before you run anything.",
    )
    return modal(
        "take",
        "Destructive step",
        "Take it",
        _on_step(run, row, context(_what_is_meant(run)), *warnings, *_preview(run, row), ask),
        run=run.id,
        step=row.id,
    )


def _what_is_meant(run: Run) -> str:
    """The run and its values, so that nobody destroys the wrong thing."""
    given = [f"{name} `{escape(value)}`" for name, value in run.inputs.items() if value]
    return cut(" · ".join([f"*{run.id}*", *given]), 300)


def _preview(run: Run, row: Row) -> list[Block]:
    """The commands that a destructive step is about to have run, to be read before it is taken."""
    typed = commands(row.leaf)
    shown = [
        markdown.preformatted(shorten(run.words(command), _COMMAND_SHOWN))
        for command in typed[:_COMMANDS]
    ]
    if not shown:
        return []
    more = len(typed) - len(shown)
    head = f"You will run (the first {len(shown)} of {len(typed)}):" if more else "You will run:"
    return [context(head), rich(*shown)]


_COMMANDS = 5
_COMMAND_SHOWN = 600
"""How many of a destructive step's commands are read before it is taken, and how much of each."""


def hand_over(run: Run, row: Row) -> View:
    """Who has the step from now on?"""
    return modal(
        "hand_over",
        "Hand over",
        "Hand over",
        _on_step(run, row, person_input("to", "Who takes over?")),
        run=run.id,
        step=row.id,
    )


def close(run: Run) -> View:
    """End the run; asks only for what no look can find out, and the checks are looked at again."""
    return _close(run, sure=False)


def close_anyway(run: Run) -> View:
    """End the run without proof: a reason for every line that is not green."""
    return _close(run, sure=True)


def _close(run: Run, *, sure: bool) -> View:
    missing = lacking(run)
    red = {item.key for item in run.outline.verification.checks}
    intro = f"When everything passes, {run.id} closes as *recovered*."
    if red:
        intro = f"Every check runs once more, 15 s at most. {intro}"
    if red & missing.keys():
        intro += f" {_IF_IT_FAILS_AGAIN[sure]}"
    blocks = [section(intro)]
    if not_done := _not_done(run):
        blocks.append(context(not_done))
    for key, words in list(missing.items())[:FIELDS]:
        hint = "Failed when last checked." if key in red else None
        ask = f"Not verified: “{words}”. Why close anyway?"
        blocks.append(
            text_input(
                f"reason:{key}",
                ask,
                limit=WORDS_LIMIT,
                hint=hint,
                # What was said when it stayed open is not asked for a second time.
                initial=run.reasons.get(key),
                optional=key in red and not sure,
            )
        )
    return modal("close", f"Close {run.id}", "Close it", blocks, run=run.id)


_IF_IT_FAILS_AGAIN = {
    True: "When a line fails again, the run closes as not verified, with the reason you give.",
    False: "When a line fails again, a reason closes the run as not verified; without one, the run "
    "stays open.",
}
"""What comes of a line that failed, for a form that closes anyway and for one that does not."""


def mistake(run: Run) -> View:
    """Why should this run not have been started?"""
    ask = text_input(
        "reason",
        "What was the mistake?",
        multiline=True,
        limit=WORDS_LIMIT,
        hint="Such as a wrong procedure, a wrong value, a false alarm. The board shows it.",
    )
    words = f"This closes *{run.id}* as started by mistake. No other reason is asked for."
    return modal("mistake", "Started by mistake", "Close it", [section(words), ask], run=run.id)


def again(run: Run) -> View:
    """The values of the run to start in place of this one."""
    words = f"This starts a new run and closes *{run.id}*; each links to the other."
    return inputs(
        run.procedure, run.inputs, channel=run.channel, another=True, note=words, instead=run.id
    )


def more(run: Run, by: Person, *, done: bool = False) -> View:
    """Everything that *by* can do with the run now; *done* says that something was done here."""
    told = [context("Done. The board and its thread show what comes of it.")] if done else []
    return modal("more", f"More for {run.id}", None, [*told, *choices(run, by)], run=run.id)


def _not_done(run: Run) -> str:
    """The steps that are not finished, the failed ones by themselves."""
    outline = run.outline
    failed = [row.number for row in outline.in_state(State.FAILED) if not row.ruled_out]
    left = [placed.number for placed in outline.left]
    doubted = [row.number for row in outline.rows if row.in_doubt]
    told = [
        f"{name}: {', '.join(numbers[:30])}."
        for name, numbers in (
            ("Steps not done", left),
            ("Failed", failed),
            ("Done, but the check failed", doubted),
        )
        if numbers
    ]
    return " ".join([*told, "The post-mortem will list them."]) if told else ""


def confirm(run: Run, item: Item) -> View:
    """Who vouches for a line, and in which words."""
    ask = text_input(
        "words",
        "Who was told, and how?",
        multiline=True,
        limit=WORDS_LIMIT,
        hint="It stands in the post-mortem, with your name.",
        optional=True,
    )
    blocks = [section(brief(item.title, _SHOWN)), ask]
    return modal("confirm", "Confirm", "Confirm", blocks, run=run.id, item=item.key)


def reopen(run: Run) -> View:
    """Why does the run go on?"""
    ask = text_input("reason", "Why are you reopening this run?", multiline=True, limit=WORDS_LIMIT)
    return modal("reopen", f"Reopen {run.id}", "Reopen", [ask], run=run.id)


def undo(run: Run) -> View:
    """Which status, or which confirmation, is taken back?"""
    words = {State.DONE: "done", State.SKIPPED: "skipped", State.FAILED: "failed"}
    marked = [
        (f"{row.number} {row.title} ({words[row.state]})", row.id)
        for row in run.outline.in_state(*words)
    ]
    marked += [
        (f"{item.title} (confirmed)", item.key)
        for item in run.outline.verification.confirms
        if item.green
    ]
    if not marked:
        nothing = section("No step has been finished, skipped or failed yet.")
        return modal("nothing", "Undo", None, [nothing], run=run.id)
    ask = select_input(
        "step",
        "Undo which one?",
        marked[::-1],
        hint="It is open again; the record keeps what happened. Your system is not changed.",
    )
    return modal("undo", "Undo", "Undo", [ask], run=run.id)


def about(run: Run) -> View:
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
        facts.append(f"Owner: {escape(p.owner.team)}{where}{page}")
    if p.where:
        facts.append(f"Where: {brief(run.words(p.where), _SHOWN)}")
    facts.append(f"Started {dated(run.started_at)}")
    facts += [f"{name}: `{brief(value, _SHOWN)}`" for name, value in run.inputs.items() if value]
    held = run.outline.held
    people = [
        f"{mention(q)}: " + (f"step {', '.join(held[q.id])}" if q.id in held else "no step yet")
        for q in run.responders
    ]
    notes = [f"📝 {mention(by)}: {brief(text, _SHOWN)}" for by, text in run.notes[-10:]]
    blocks = [*sections(facts), *sections(["*People*", *people])]
    if notes:
        blocks += sections(["*Notes*", *notes])
    return modal("about", f"About {run.id}", None, blocks[:FIELDS], run=run.id)


_SHOWN = 300


def told(words: str) -> View:
    """Words for the person in whose form or page something could not be done."""
    return modal("told", "Nothing was recorded", None, [section(words)])


_ON_STEP: Mapping[str, Callable[[Run, Row], View]] = {
    "take": take,
    "skip": skip,
    "fail": fail,
    "hand_over": hand_over,
}
_ON_RUN: Mapping[str, Callable[[Run], View]] = {
    "close": close,
    "close_anyway": close_anyway,
    "reopen": reopen,
    "undo": undo,
    "about": about,
    "mistake": mistake,
    "again": again,
}


def _unconfirmed(run: Run, key: str | None) -> Item:
    """The line with this key, which a person can confirm now; raises Refused."""
    item = run.outline.verification.confirm(key)
    if item is None:
        raise Refused(f"{run.id} has no such line. Look at its board.")
    if item.green and item.by and item.at:
        at = clock(item.at, since=run.started_at)
        raise Refused(f"{mention(item.by)} confirmed that at {at}.")
    return item


def of(run: Run, name: str, step_id: str | None, by: Person) -> View:
    """The form called *name*, about *run* or one of its steps, for *by*; raises Refused."""
    if run.closed is not None and name not in ("about", "more", "reopen"):
        raise Refused(f"{run.id} is closed. Reopen it first, from its board.")
    if run.closing is not None and name in ("close", "close_anyway"):
        raise Refused(is_closing(run, run.closing))
    if name == "more":
        return more(run, by)
    if name in _ON_RUN:
        return _ON_RUN[name](run)
    if name == "confirm":
        return confirm(run, _unconfirmed(run, step_id))
    row = run.outline.by_id.get(step_id) if step_id is not None else None
    if row is None and (step_id is not None or name != "note"):
        raise Refused(f"{run.id} has no step `{escape(step_id or '')}`.")
    if name == "note":
        return note(run, row)
    if row is None or name not in _ON_STEP:
        raise Refused(f"There is no form `{escape(name)}`.")
    return _ON_STEP[name](run, row)
