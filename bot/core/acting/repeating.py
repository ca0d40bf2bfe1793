"""What is advised of a step that did not come out right.

What cannot be undone may have been done all the same, so nobody is told to repeat that.
"""

from bot.core.procedure import Leaf

_LOOK_FIRST = "It cannot be undone: find out what it did"


def in_doubt(step: Leaf, undo: str, *, named: bool) -> str:
    """What to do when the check of a step that was done failed; *undo* is how that is taken back.

    It is *named* where no step was just spoken of.
    """
    run = "Run the step again" if named else "Run it again"
    first = run if step.danger is None else _LOOK_FIRST
    joined = " and press" if step.danger is None else ", then press"
    return f"{first}{joined} *Check again*, or {undo}."


def after_done(step: Leaf) -> str:
    """What to do for who takes a step that was done already."""
    if step.danger is None:
        return "Undo that from ⋯ to do the step again."
    return f"{_LOOK_FIRST}. Only if it did nothing, undo that from ⋯ first."


def after_failure(step: Leaf) -> str:
    """What becomes of a step that failed, as the rest of a sentence."""
    if step.danger is None:
        return "is tried again or skipped"
    return "failed and cannot be undone, so what it did is found out first"


def after_doubt(step: Leaf) -> str:
    """What comes next where the check of a step that was done failed."""
    if step.danger is None:
        return "a step whose check failed is done again, or checked again"
    return "what a step did whose check failed is found out, since it cannot be undone"


def take_label(step: Leaf, *, failed: bool) -> str:
    """What the button that takes it says."""
    return "Try again" if failed and step.danger is None else "Take"
