"""Asking for the post-mortem, which is uploaded into the thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Asking, OnRun, at_any_time, does_to_run
from bot.core.acting.inwords import InWords, does_to_run_in_words
from bot.core.acting.meaning import Meaning, all_stay, by_person, unchanged
from bot.core.acting.messages import EXPORT
from bot.core.acting.sealed import ASKED
from bot.core.acting.sentences import Around
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run


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


def _touches(run: Run | None, event: e.ExportRequested, number: int) -> Sequence[str]:
    return (f"{EXPORT}{number}",)


def _sentence(around: Around, event: e.ExportRequested, it: Inline) -> Inline:
    return "asked for the post-mortem"


REQUESTED = Meaning(
    e.ExportRequested,
    sealed=ASKED,
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
