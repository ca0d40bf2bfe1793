"""The look at the start of a run, which is kept as evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot, no_message
from bot.core.acting.sealed import OPEN, OWN, SEEN
from bot.core.acting.sentences import Around, check_title, light, why
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.baseline import Baseline
from bot.core.run.model import Run


@dataclass(frozen=True, slots=True)
class TellBaseline:
    """Say what a check showed at the start; the bot's own command."""

    seen: e.BaselineSeen


def _rule(run: Run, command: TellBaseline, at: datetime) -> Sequence[e.Event]:
    """Say it once: several processes may have looked."""
    return (command.seen,) if command.seen.check in run.awaited.values() else ()


TELL = Act(TellBaseline, rule=_rule, when_closed=True, needs=None, asking=None)


def _seen(run: Run, event: e.BaselineSeen, at: datetime) -> Run:
    return replace(run, baseline={**run.baseline, event.check: Baseline(at, event)})


def _of_seen(around: Around, event: e.BaselineSeen, it: Inline) -> Inline:
    title, observed = check_title(around, event.check), Baseline(around.run.acted, event).observed
    return f"at the start, {light(event.green)}: “", title, "”", why(around.run, observed)


SEEN_AT_START = Meaning(
    e.BaselineSeen,
    sealed={
        **OWN,
        "check": OPEN,
        "green": OPEN,
        "seen": {"expectation": SEEN, "member": SEEN, "held": OPEN, "seen": SEEN},
    },
    changes=_seen,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_seen,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
