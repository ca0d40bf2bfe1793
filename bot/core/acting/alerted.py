"""How the alert of a run is told: what it is called, and whether it fires."""

from collections.abc import Sequence

from bot.core.blockkit.blocks import Block, context
from bot.core.run.alerted import Alerted
from bot.core.run.model import Run
from bot.core.run.waits import moment
from bot.core.text import brief, run_link

_NAMES_SHOWN = 100
FIRES, OVER = "🔴", "✅"


def named(names: Sequence[str]) -> str:
    """What alerts are called, behind the name of an episode."""
    return f" ({brief(', '.join(names), _NAMES_SHOWN)})" if names else ""


def stands(run: Run, alert: Alerted) -> str:
    """Whether the alert of a run fires, and since when or until when it did."""
    if (resolved := alert.resolved_at) is not None:
        return f"resolved {moment(run, resolved)}"
    one = alert.firing
    if one is None or one.since is None:
        return "fires"
    again = any(o.ended is not None and o.ended <= one.since for o in alert.spells)
    which = f" as {run_link(one.id, one.at)}" if one.id != alert.id else ""
    return f"fires{' again' if again else ''}{which} since {moment(run, one.since)}"


def told(run: Run) -> str | None:
    """The alert that a run was started from, and how it stands; None for one without."""
    alert = run.alert
    if alert is None:
        return None
    sign = FIRES if alert.fires else OVER
    which = f"{run_link(alert.id, alert.at)}{named(alert.names)}"
    return f"{sign} From alert {which}: {stands(run, alert)}"


def on_board(run: Run) -> list[Block]:
    """The same as a quiet line of the board."""
    said = told(run)
    return [] if said is None else [context(said)]


def caution(run: Run) -> str | None:
    """What whoever closes a run is told while its alert fires."""
    alert = run.alert
    if alert is None or not alert.fires:
        return None
    where = f"{run_link(alert.id, alert.at)}{named(alert.names)}"
    return f"{FIRES} The alert {where} {stands(run, alert)}. The post-mortem will say so."
