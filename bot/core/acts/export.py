"""Asking for the post-mortem, which is uploaded into the thread."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Asking, OnRun, at_any_time, does_to_run
from bot.core.acting.inwords import InWords, does_to_run_in_words
from bot.core.acting.lacking import ITEMS, WRITE, lacking
from bot.core.acting.meaning import Meaning, all_stay, by_person
from bot.core.acting.messages import EXPORT, TO_WRITE
from bot.core.acting.sealed import ASKED
from bot.core.acting.sentences import Around
from bot.core.acting.thread import offering, said
from bot.core.blockkit.blocks import button
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.text import mention


@dataclass(frozen=True, slots=True)
class Export:
    """Ask for the post-mortem."""

    by: e.Person


def _rule(run: Run, command: Export, at: datetime) -> Sequence[e.Event]:
    return (e.ExportRequested(by=command.by),)


ON_RUN = OnRun("Post-mortem", "", "export", at_any_time)

EXPORT_IT = Act(
    Export,
    rule=_rule,
    when_closed=True,
    needs="export",
    asking=Asking(
        verbs={ON_RUN.verb: does_to_run(Export)},
        questions=[],
        lines=[ON_RUN],
        words=[
            InWords(
                said=("postmortem", "post mortem", "export"),
                after="",
                runs="any",
                step=None,
                lacking="",
                means=does_to_run_in_words(Export),
                control=(ON_RUN.label, ON_RUN.verb),
                told="The post-mortem will be in its thread in a moment.",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _is_first(run: Run) -> bool:
    """Whether whoever closed it is to hear what the document lacks: once, when it is over."""
    return run.to_write is None and run.closed is not None and bool(lacking(run))


def _asked(run: Run, event: e.ExportRequested, at: datetime) -> Run:
    return replace(run, to_write=run.seq + 1) if _is_first(run) else run


def _touches(run: Run | None, event: e.ExportRequested, number: int) -> Sequence[str]:
    asks = run is not None and _is_first(run)
    return (f"{EXPORT}{number}", *([f"{TO_WRITE}{number}"] * asks))


def _to_write(run: Run, facts: Sequence[e.Fact], which: str) -> Picture:
    """What people still have to write, for whoever closed the run; it is edited as they do."""
    left = lacking(run)
    if not left:
        return said(
            f"✅ {run.id}: everything that only people can write is written. Ask for the "
            "post-mortem again, and it has it."
        )
    closed = (f.event.by for f in reversed(facts[: int(which)]) if isinstance(f.event, e.RunClosed))
    who = next((one for one in closed if not one.is_erased), None)
    head = f"{mention(who)}, the post-mortem" if who else "the post-mortem"
    return offering(
        f"✍️ {run.id}: {head} lacks what only people can write: {', '.join(left)}.",
        *(button(label, verb, run.id) for label, verb in (WRITE, ITEMS)),
    )


def _sentence(around: Around, event: e.ExportRequested, it: Inline) -> Inline:
    return "asked for the post-mortem"


REQUESTED = Meaning(
    e.ExportRequested,
    sealed=ASKED,
    changes=_asked,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={TO_WRITE.removesuffix("/"): _to_write},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)
