"""What is typed to confirm a destructive step: the value at stake, so a wrong one is noticed."""

from bot.core.procedure import Leaf, commands
from bot.core.run.model import Run
from bot.core.template import names

_LONGEST = 60
"""The longest value that anyone is asked to type, in characters."""


def to_type(run: Run, step: Leaf) -> str:
    """What the step itself says, or the value that its commands act on; else the step's id.

    That value is the one that the commands use, or, when they use several, the one among them that
    is required of whoever starts the run, or found on the way.
    """
    if step.confirm is not None:
        return _typable(run.words(step.confirm)) or step.id
    used = dict.fromkeys(name for command in commands(step) for name in names(command))
    known = {**run.inputs, **run.outline.texts.found}
    # Nobody is asked to type a secret, or what stands in its place.
    values = {n: known[n] for n in used if known.get(n) and n not in run.hidden}
    # What a step found is there because it was needed.
    given = run.procedure.inputs
    required = [name for name in values if name not in given or given[name].required]
    candidates = required if len(values) > 1 else list(values)
    if len(candidates) != 1:
        return step.id
    return _typable(values[candidates[0]]) or step.id


def _typable(value: str) -> str:
    """The value, if people can be asked to type it; nothing, if not."""
    typable = value == value.strip() and value.isprintable() and len(value) <= _LONGEST
    return value if typable else ""
