"""Tells whether work grows in step with what it is given, by the processor's time alone."""

import gc
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from bot.core.procedure import Procedure
from bot.core.run import events as e
from tests.core.strategies import PEOPLE, START, Desk

TIMES = (1, 10, 100)
SPARE = 3.0
FLOOR = 0.002
"""Seconds under which nothing is told from noise."""
LONG = 2.0
"""Seconds after which nothing is tried once more."""

Work = Callable[[], object]


def cost(work: Work, *, enough: float = FLOOR) -> float:
    """The least of a few times that *work* took of this thread's processor time, in seconds.

    Once it took no more than *enough*, nobody needs to know how much less it is. The first time
    may fill caches, so one time alone says how long it takes only where it is very long.
    """
    took: list[float] = []
    while len(took) < 3 and sum(took) < LONG:
        start = time.thread_time()
        work()
        took.append(time.thread_time() - start)
        if took[-1] <= enough:
            break
    return min(took)


def grows_in_step(make: Callable[[int], Work], what: str = "") -> None:
    """Fail when what *make* makes for a size costs more than in step with that size."""
    before = 0.0
    for size in TIMES:
        work = make(size)
        gc.disable()
        try:
            most = 10 * SPARE * max(before, FLOOR)
            took = cost(work, enough=most if size == TIMES[-1] else FLOOR)
        finally:
            gc.enable()
        if before:
            ratio = took / max(before, FLOOR)
            assert took < most, f"{what} {size}×: {took:.3f} s, {ratio:.0f} times more"
        before = took


# One text, of whatever a person can put into it. ------------------------------------------------

TEXTS: dict[str, Callable[[int], str]] = {
    "blanks": lambda n: "a" + " " * n + "b",
    "breaks": lambda n: "a" + "\n \t" * (n // 3) + "b",
    "odd blanks": lambda n: "a" + "\u2003\x1f" * (n // 2) + "\n",
    "ticks": lambda n: "`" * n,
    "ticks apart": lambda n: " ".join("`" * (k % 40 + 1) for k in range(n // 21)),
    "openings": lambda n: "<" * n,
    "marks": lambda n: "<@U0" * (n // 4),
    "half marks": lambda n: "<@U0|a" * (n // 6),
    "links": lambda n: "<https://h.example|" * (n // 19),
    "brackets": lambda n: "[" * n,
    "ends": lambda n: "](" * (n // 2),
    "stars": lambda n: "*a **b " * (n // 7),
    "underscores": lambda n: "_" * n,
    "entities": lambda n: "&amp" * (n // 4),
    "quotes": lambda n: "> " * (n // 2),
    "braces": lambda n: "{{ " * (n // 3),
    "braces and blanks": lambda n: "{{" + " " * n,
    "dashes": lambda n: "a-" * (n // 2),
    "equals": lambda n: 'a="' * (n // 3),
    "digits": lambda n: "9" * n,
    "one word": lambda n: "aB" * (n // 2),
    "words": lambda n: "key leak " * (n // 9),
    "halves": lambda n: "\ud800" * n,
    "backslashes": lambda n: "\\" * n,
}


def long(text: Callable[[int], str], unit: int, size: int) -> str:
    """*text* of so many units of characters."""
    return text(unit * size)


def given(tool: Callable[[Any], object], make: Callable[[int], Any], size: int) -> Work:
    """The work of a tool on what is made of that size."""
    return partial(tool, make(size))


# A long run, and a procedure of many words. -----------------------------------------------------


def procedure(**more: object) -> Procedure:
    """A small procedure, with whatever else is said."""
    whole: dict[str, object] = {
        "schema": "procedure/v1",
        "id": "long",
        "title": "Long",
        "symptoms": ["It hurts"],
        "steps": [{"id": f"s{n}", "title": f"Step {n}", "do": "It."} for n in range(3)],
    }
    return Procedure.model_validate({**whole, **more})


def wordy(name: str, count: int) -> Procedure:
    """A procedure whose symptoms are so many different words."""
    return procedure(id=name, symptoms=[f"leaked{n}key{name[2:]}" for n in range(count)])


def long_run(count: int, *, length: int = 30, people: Sequence[e.Person] = PEOPLE) -> list[e.Fact]:
    """A run of so many notes by these *people* in turn, on a step and on the run."""
    facts = list(Desk(procedure()).facts)
    for n in range(count):
        at = START + timedelta(seconds=n)
        event = e.NoteAdded(step=("s1", None)[n % 2], by=people[n % len(people)], text="n" * length)
        facts.append(e.Fact(facts[0].run_id, n + 2, at, event, facts[0].hash))
    return facts
