"""The modals: every question that the bot asks, drawn from the run it is about.

Each stands with its act, in `bot.core.acts`; `private_metadata` carries what its answer is for, and
`bot.core.views.clicks` has it read back.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.acting.asking import NO_PAGE, Choice, Page, Question
from bot.core.acting.rights import Needs, allowed
from bot.core.acting.start_form import inputs as inputs  # noqa: PLC0414 - likewise
from bot.core.acts.registry import ACTS
from bot.core.blockkit.blocks import Block, context, section
from bot.core.blockkit.modal import View as View  # noqa: PLC0414 - spoken of here
from bot.core.blockkit.modal import modal
from bot.core.run.drills import SIGN
from bot.core.run.events import Person
from bot.core.run.holding import NOTHING_KNOWN, Knows
from bot.core.run.model import Run
from bot.core.run.refusals import Refused
from bot.core.text import escape
from bot.core.views.more import choices

QUESTIONS: Mapping[str, Question[Any] | Choice[Any]] = {
    question.name: question for asking in ACTS.askings for question in asking.questions
}
"""Every question of an act, by its name."""
NEEDS: Mapping[str, Needs | None] = {
    question.name: act.needs
    for act in ACTS.known.values()
    if act.asking is not None
    for question in act.asking.questions
}
"""The right that the answer to a question needs, by the question's name."""
CHOICES = frozenset(name for name, one in QUESTIONS.items() if isinstance(one, Choice))
"""Those in which entries of the run are chosen: they are drawn of a page of these."""


def more(run: Run, by: Person, *, done: bool = False) -> View:
    """Everything that *by* can do with the run now; *done* says that something was done here."""
    told = [context("Done. The board and its thread show what comes of it.")] if done else []
    view = modal("more", f"More for {run.id}", None, [*told, *choices(run, by)], run=run.id)
    return _marked(run, view)


def told(words: str) -> View:
    """Words for the person in whose form or page something could not be done."""
    return modal("told", "Nothing was recorded", None, [section(words)])


def started(run: Run | None, channel: str, blocks: Sequence[Block]) -> View:
    """What came of starting something in a *channel* that was chosen in a form."""
    told: list[Block] = []
    if run is not None:
        where = f"Its board comes in <#{escape(channel)}>"
        invited = "if I am not there, invite me, and it comes then"
        told = [section(f"*{run.id}* is started. {where}; {invited}.")]
    elif not blocks:
        told = [section(f"Nothing else was started in <#{escape(channel)}>.")]
    return modal("told", "Start", None, [*told, *blocks])


def of(
    run: Run,
    name: str,
    which: str | None,
    by: Person,
    page: Page | None = None,
    knows: Knows = NOTHING_KNOWN,
) -> View:
    """The form called *name*, about *run* or a step or line of it, for *by*; raises Refused.

    *page* is what there is to choose from, where entries are chosen. *knows* is what is known of
    who holds which role: nobody fills in a form for nothing.
    """
    if name == "more":
        return more(run, by)
    question = QUESTIONS.get(name)
    if run.closed is not None and not (question is not None and question.when_closed):
        raise Refused(f"{run.id} is closed. Reopen it first, from its board.")
    if question is None:
        raise Refused(f"There is no form `{escape(name)}`.")
    allowed(run, NEEDS.get(name), which, by, knows)
    if isinstance(question, Choice):
        return _marked(run, question.draw(run, page or NO_PAGE, by))
    return _marked(run, question.draw(run, which, by))


def _marked(run: Run, view: View) -> View:
    """A form about a drill, which says so on top."""
    if not run.drill:
        return view
    return {**view, "blocks": [context(f"{SIGN} *Drill*"), *view["blocks"]]}


def blamed(view: Mapping[str, Any], named: str | None) -> str | None:
    """The form's field that is to blame, if it is *named*; else its first empty one, or first."""
    fields = [
        b["block_id"] for b in view.get("blocks") or () if b["type"] == "input" and "block_id" in b
    ]
    if named in fields:
        return named
    filled = view["state"]["values"]

    def empty(block_id: str) -> bool:
        return not any((e.get("value") or "").strip() for e in filled.get(block_id, {}).values())

    return next((f for f in fields if empty(f)), fields[0] if fields else None)
