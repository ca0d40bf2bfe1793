"""A condition in words, for people: an answer is told in the words of its question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.core.procedure import Condition, Placed, finds_of, options_of

Put = Callable[[str, str], str]
"""A text of a step with its values in it."""


def say_condition(condition: Condition, placed: Sequence[Placed], put: Put) -> str:
    """What must hold: `mode is fast`, or `the answer to step 2 is “Only some do”`.

    *placed* are the steps in the order of the page.
    """
    name = condition.name
    asked = next((p for p in placed if options_of(p.step) and name in finds_of(p.step)), None)
    if asked is None:
        return condition.said
    titles = {one.id: put(one.title, asked.step.id) for one in options_of(asked.step)}
    wanted = [f"“{titles.get(value, value)}”" for value in condition.values]
    answer = f"the answer to step {asked.number} is"
    return f"{answer} {' or '.join(wanted)}" if wanted else f"{answer} known"
