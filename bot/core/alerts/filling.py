"""The inputs of a procedure, filled from alerts: what each says just so, and nothing guessed.

An alert's labels are anyone's words, so a value is held to the input's own pattern as if someone
had typed it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.alerts.model import Alert
from bot.core.procedure import Input, Procedure, Source
from bot.core.procedure.example import misfit
from bot.core.procedure.filling import with_defaults

_NAMED = 3
"""How many values a reason names, and how much of each."""
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Filled:
    """The values that alerts gave, and the inputs to ask for: name -> why, in plain words."""

    values: Mapping[str, str]
    asked: Mapping[str, str]

    @property
    def known(self) -> bool:
        """Whether nothing need be asked."""
        return not self.asked


def filled(procedure: Procedure, alerts: Sequence[Alert]) -> Filled:
    """What *alerts* say of the inputs of a procedure; those that fire, or else all of them.

    An input is asked for where it has no `from` and no value of its own, where an alert has no such
    value, where it does not fit, and where alerts differ; a list takes what all of them say.
    """
    said = [one for one in alerts if one.firing] or list(alerts)
    values: dict[str, str] = {}
    asked: dict[str, str] = {}
    for name, given in procedure.inputs.items():
        if given.from_ is not None:
            value, why = _told(given, given.from_, said)
            if value is None:
                asked[name] = why
            else:
                values[name] = value
        elif given.required and given.default is None:
            asked[name] = "no alert says it"
    known = with_defaults(procedure, values)
    for name in [*values]:
        if trouble := misfit(procedure.inputs[name], known[name], known):
            asked[name] = f"“{_short(values.pop(name))}” {trouble}"
    return Filled(values, asked)


def _told(given: Input, source: Source, alerts: Sequence[Alert]) -> tuple[str | None, str]:
    """The value that *alerts* say of an input, or None and why there is none."""
    found: list[str] = []
    for one in alerts:
        text = _text(source, one)
        value = None if text is None else source.value(text)
        if value is None:
            why = "is not there" if text is None else f"is “{_short(text)}”, which does not match"
            return None, f"the {source.said} {why}"
        if value not in found:
            found.append(value)
    if given.list and found:
        entries = dict.fromkeys(entry for one in found for entry in given.entries(one))
        return ",".join(entries), ""
    if len(found) == 1:
        return found[0], ""
    some = ", ".join(_short(one) for one in found[:_NAMED])
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return None, f"the {source.said} is {some}{more}"


def _text(source: Source, alert: Alert) -> str | None:
    if source.label is not None:
        return alert.labels.get(source.label)
    return alert.annotations.get(source.annotation or "")


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
