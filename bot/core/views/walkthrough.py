"""The whole procedure of a run in a modal, page by page: what the board had to fold is here."""

import json
from typing import Any

from bot.core.blockkit import rich_text as markdown
from bot.core.blockkit.blocks import (
    SECTION_LIMIT,
    Block,
    actions,
    button,
    context,
    divider,
    plain_text,
    rich,
    section,
    sections,
    size,
)
from bot.core.procedure.filling import filled
from bot.core.run.drills import SIGN
from bot.core.run.events import Person
from bot.core.run.life import Step
from bot.core.run.model import Run
from bot.core.run.outline import Heading
from bot.core.run.rounds import referred
from bot.core.run.waits import moment
from bot.core.text import brief, briefly, mention
from bot.core.views.evidence import whole
from bot.core.views.members import groups_begun
from bot.core.views.pictures import shown as shown_picture
from bot.core.views.recovery_board import began
from bot.core.views.steps import body, by_hand, ended, group_heading, opened, standing
from bot.core.views.wording import say_check

PER_PAGE = 8
"""How many steps one page shows."""
LIMIT = 40_000
"""How large one page may grow, in characters of compact JSON, before its texts are cut."""
BLOCKS = 100
"""The most blocks that a modal may hold."""
_LINES_SHOWN = 60
_COMMIT = 12
"""How much of a commit's id is shown: Git itself needs no more of it."""
_CHECK_SHOWN = 1_000


def page_of(run: Run, step_id: str | None) -> int:
    """The index of the step *step_id*: the page that is opened for it begins with it."""
    wanted, _ = referred(step_id or "")
    return next((index for index, p in enumerate(run.placed) if p.step.id == wanted), 0)


def draw(run: Run, first: int) -> dict[str, Any]:
    """The page that begins with the step at index *first*.

    Where eight steps with all their notes are too much, it has fewer of them; only a single one
    that is too large is cut.
    """
    if first >= len(run.placed):
        first = (len(run.placed) - 1) // PER_PAGE * PER_PAGE
    first = max(0, first)
    blocks: list[Block] = []
    for steps, cut in ((PER_PAGE, None), (4, None), (2, None), (1, None), (1, 1_000), (1, 200)):
        blocks = _page(run, first, first + steps, cut)
        if size(blocks) <= LIMIT and len(blocks) <= BLOCKS:
            break
    return {
        "type": "modal",
        "callback_id": "show",
        "title": plain_text(run.id),
        "close": plain_text("Back"),
        "private_metadata": json.dumps({"first": first}),
        "blocks": blocks,
    }


def _page(run: Run, first: int, last: int, cut: int | None) -> list[Block]:
    last = min(last, len(run.placed))
    shown = f"Step {last}" if last == first + 1 else f"Steps {first + 1} to {last}"
    mark = f"{SIGN} *Drill* · " if run.drill else ""
    blocks: list[Block] = [section(f"{mark}{shown} of {len(run.placed)}"), divider()]
    around: tuple[Heading, ...] = ()
    for row in run.outline.rows[first:last]:
        for heading in groups_begun(row.groups, around):
            blocks += group_heading(run, heading, cut)
        around = row.groups
        if row.finished:
            blocks += [section(ended(run, row)), *body(run, row, cut=cut)]
        elif run.closed is not None:
            blocks += [section(standing(run, row)), *body(run, row, cut=cut)]
        else:
            blocks += opened(run, row, primary=False, cut=cut, notes=False)
        blocks += [*shown_picture(run, row.leaf), *whole(row.step, cut), *_notes(row.step, cut)]
    if last == len(run.placed):
        blocks += [*_proof(run, cut), *_glossary(run, cut)]
    turn = []
    if first:
        turn.append(button("Previous", "page", f"{run.id}/{max(0, first - PER_PAGE)}"))
    if last < len(run.placed):
        turn.append(button("Next", "page_next", f"{run.id}/{last}"))
    blocks.append(actions("pages", *turn) if turn else context("That is the whole procedure."))
    if last == len(run.placed) and run.commit:
        blocks.append(context(f"Its text is that of commit `{run.commit[:_COMMIT]}`."))
    return blocks


def _proof(run: Run, cut: int | None) -> list[Block]:
    """What must be true in the end: what each check asks, by hand as well, and what people say."""
    blocks: list[Block] = []
    lines = ["*Checks*"]
    checks = list(filled(run.procedure, run.outline.texts.shown).checks.items())
    shown = cut or _CHECK_SHOWN
    for name, check in checks[:_LINES_SHOWN]:
        asked = by_hand(run, run.procedure.checks[name]) or briefly(say_check(check), shown)
        lines.append(f"{brief(check.title, shown)} · {asked}{began(run, name)}")
    people = run.outline.verification.confirms
    for item in people[: max(0, _LINES_SHOWN - len(checks))]:
        title = brief(f"{item.group}: {item.title}" if item.group else item.title, shown)
        if item.by is None or item.at is None:
            lines.append(f"{title} · a person confirms")
            continue
        lines.append(f"{title} · confirmed by {mention(item.by)} {moment(run, item.at)}")
        if item.words:
            blocks += [*sections(lines), rich(_note(item.by, item.words))]
            lines = []
    return [*blocks, *sections(lines)] if checks or people else []


def _glossary(run: Run, cut: int | None) -> list[Block]:
    """What the procedure's words mean."""
    shown = cut or SECTION_LIMIT - 100
    words = [
        f"*{brief(word.replace('*', ''), shown)}*: {brief(' '.join(meaning.split()), shown)}"
        for word, meaning in run.procedure.glossary.items()
    ]
    return sections(["*Glossary*", *words]) if words else []


def _notes(step: Step, cut: int | None) -> list[Block]:
    """Each note on a step, whole: the newest of them, if they are too many for one page."""
    kept = step.notes[-_NOTES:] if cut is None else step.notes[-_NOTES_WHEN_CUT:]
    told = [rich(_note(by, text)) for by, text in kept]
    if earlier := len(step.notes) - len(kept):
        words = f"{earlier} earlier note{'s' if earlier > 1 else ''}: in the post-mortem"
        told.insert(0, context(f"📝 {words}"))
    return told


def _note(by: Person, text: str) -> Block:
    who: Block = {"type": "user", "user_id": by.id}
    return markdown.section(markdown.words("📝 "), who, markdown.words(f": {text}"))


_NOTES = 30
_NOTES_WHEN_CUT = 8
"""How many notes of a step are shown: beside all that it says, and where that is cut."""
