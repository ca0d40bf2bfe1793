"""How a check is said in words: what is asked, and what must be seen."""

from __future__ import annotations

from bot.core.checks import describe
from bot.core.procedure import Check, Input, Poll, show_duration


def say_question(check: Check) -> str:
    """Say what is asked and of whom: `GET civictrust /keys/key-a`."""
    each = "".join(f", for each of {group}" for group in (check.each or {}).values())
    return f"{check.method} {check.target} {check.path}{each}"


def say_check(check: Check) -> str:
    """Say the whole check in one sentence without an end."""
    seen = (
        " and ".join(describe(expectation, {}) for expectation in check.expect)
        or "an answer of 2xx"
    )
    return f"{say_question(check)}: {seen}"


def say_poll(poll: Poll) -> str:
    """Say how often and how long is looked."""
    return f"every {show_duration(poll.every)}, for at most {show_duration(poll.deadline)}"


def say_input(given: Input) -> str:
    """Say what an input may be."""
    bounds = given.enum and f"one of {', '.join(given.enum)}"
    rule = bounds or (f"matches {given.pattern}" if given.pattern else "")
    taken = "required" if given.required else f"{given.default} unless given"
    return f"{given.description} ({'; '.join(filter(None, (rule, taken)))})"
