"""What the message of alerts says of procedures and runs: what fits, and how a run stands."""

from collections.abc import Iterable, Sequence

from bot.core.acting.intents import Begin
from bot.core.acting.start_form import start_value
from bot.core.acts.lead import ENDS, outcome
from bot.core.alerts.crowd import Crowd
from bot.core.alerts.crowd import Offer as CrowdOffer
from bot.core.alerts.filling import filled
from bot.core.alerts.matching import MOST, by_name, fitting, labelled
from bot.core.alerts.message import Offer
from bot.core.alerts.model import Alert
from bot.core.procedure import Procedure
from bot.core.run.model import Run
from bot.core.run.waits import moment
from bot.core.text import mention


def offers(
    procedures: Iterable[Procedure], alerts: Sequence[Alert], which: str, *, private: bool
) -> tuple[Offer, ...]:
    """What fits *alerts*, those of the episode *which*; *private* as its channel may see."""
    firing = [one for one in alerts if one.firing] or alerts
    made = []
    for fit in fitting(procedures, firing, private=private):
        known = filled(fit.procedure, fit.alerts)
        begin = Begin(fit.procedure.id, known.values, ask=bool(known.asked), alert=which)
        value, asked = start_value(begin), known.asked
        if not asked and len(value) < sum(map(len, known.values.values())):
            # A button holds so much; what it cannot carry is asked for, as if nothing said it.
            asked = dict.fromkeys(known.values, "too long for a button")
        one = fit.procedure
        made.append(Offer(one.id, one.title, fit.why, value, known.values, asked))
    return tuple(made)


def crowd_offers(
    procedures: Iterable[Procedure], crowd: Crowd, looked_at: Sequence[Sequence[Alert]]
) -> tuple[CrowdOffer, ...]:
    """What fits the groups of a crowd that fire, those first that fit the most.

    By name every group is counted, by labels those that were *looked_at*. What only sounds alike
    is not offered: it would be said of groups that nobody reads. The form has what all of those
    that were looked at say alike.
    """
    made = []
    for one in procedures:
        if one.private:
            continue
        names = by_name(one)
        named = sum(count.firing for count in crowd.counts if count.name in names)
        fits = [alerts for alerts in looked_at if labelled(one, alerts)]
        by_labels = [alerts for alerts in fits if alerts[0].name not in names]
        if not named + len(by_labels):
            continue
        more = bool(one.matches) and len(looked_at) < crowd.firing
        said = [a for alerts in looked_at for a in alerts if alerts in fits or a.name in names]
        known = filled(one, said).values if said else {}
        begin = Begin(one.id, known, ask=True, alert=crowd.id)
        groups = named + len(by_labels)
        made.append(CrowdOffer(one.id, one.title, groups, more, start_value(begin)))
    made.sort(key=lambda one: (-one.groups, one.id))
    return tuple(made[:MOST])


def ended(run: Run) -> str:
    """How a run stands, as the message of its alert says it behind who started it."""
    if (closed := run.closed) is not None:
        return f"; {ENDS[outcome(closed)]} {moment(run, closed.at)} by {mention(closed.by)}"
    return "; verified, not closed yet" if run.recovered_at is not None else "; open"
