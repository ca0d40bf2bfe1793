"""Times that do not fit each other, and time-outs that nobody hears of."""

from tests.core.lint_case import Case

EXPECTED = "    expected: active"
WAIT = "    wait: { until: in-step }"
ALONE = """\
owner: { team: platform, slack: "#oncall" }
estimate: 20m
"""
GOOD = f"{EXPECTED}\n    timeout: 15m\n    remind: 5m"
ALL_ALONE = "- systemctl status app\n    timeout: 15m\n"


def at(*lines: str) -> str:
    return "\n".join([EXPECTED, *(f"    {line}" for line in lines)])


def waits(says: str, *lines: str) -> str:
    return "\n".join([f"    wait: {{ {says} }}", *(f"    {line}" for line in lines)])


TIMING = [
    Case(
        "a time-out without a unit",
        EXPECTED,
        at('timeout: §"15"'),
        "a duration is a whole number and a unit. Write: 15s, 15m, 15h or 15d",
        GOOD,
    ),
    Case("a time-out of nothing", EXPECTED, at("timeout: §0m"), "a duration is a whole", GOOD),
    Case(
        "a time-out that is a number",
        EXPECTED,
        at("timeout: §15"),
        "a duration is a whole number and a unit",
        GOOD,
    ),
    Case(
        "a time-out of more than a week",
        EXPECTED,
        at("timeout: §8d"),
        "longer than 7d. Write: 7d at most",
        GOOD,
    ),
    Case(
        "a reminder without a time-out",
        EXPECTED,
        at("remind: §5m"),
        "there is no time-out to remind of. Write: timeout: 30m, too",
        GOOD,
    ),
    Case(
        "a reminder as long before as the time-out",
        EXPECTED,
        at("timeout: 15m", "remind: §15m"),
        "the reminder comes before the step can be taken. Write: a time shorter than the time-out",
        GOOD,
    ),
    Case(
        "a reminder without a unit",
        EXPECTED,
        at("timeout: 15m", "remind: §soon"),
        "a duration is a whole number and a unit",
        GOOD,
    ),
    Case(
        "a misspelt time-out",
        EXPECTED,
        at("§time_out: 15m"),
        "a plain step has no key `time_out`. Write: timeout:",
        GOOD,
    ),
    Case(
        "a time-out at a group",
        "    any_order: true",
        "    any_order: true\n    §timeout: 5m",
        "a group of steps has no key `timeout`",
        "    any_order: true",
    ),
    Case(
        "a wait for nothing",
        WAIT,
        "    wait: §{}",
        "a wait for nothing. Write: until: (a check), or for: 10m",
        waits("until: in-step"),
    ),
    Case(
        "a wait for a time without a unit",
        WAIT,
        waits("until: in-step, for: §ten"),
        "a duration is a whole number and a unit",
        waits("until: in-step, for: 10m"),
    ),
    Case(
        "a wait for longer than a week",
        WAIT,
        waits("until: in-step, for: §1000h"),
        "longer than 7d. Write: 7d at most",
        waits("until: in-step, for: 10m"),
    ),
    Case(
        "a misspelt key of a wait",
        WAIT,
        waits("until: in-step, §fro: 10m"),
        "a wait has no key `fro`. Write: for:",
        waits("until: in-step, for: 10m"),
    ),
    Case(
        "a time-out before the end of a wait",
        WAIT,
        waits("until: in-step, for: 10m", "timeout: §10m"),
        "the step waits for 10m, and is past its time-out before. Write: a time-out longer",
        waits("until: in-step, for: 10m", "timeout: 20m"),
    ),
]

LATE = [
    Case(
        "a wait for longer than all of it takes",
        WAIT,
        waits("until: in-step, for: §25m"),
        "25m for one step, and the whole procedure takes 20m. Write: less, or a longer `estimate`",
        waits("until: in-step, for: 10m"),
        "warning",
    ),
    Case(
        "a time-out longer than all of it takes",
        EXPECTED,
        at("timeout: §25m"),
        "25m for one step, and the whole procedure takes 20m",
        GOOD,
        "warning",
    ),
]
