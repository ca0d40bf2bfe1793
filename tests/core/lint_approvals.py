"""Approvals that nobody can give, that are about nothing, or that say what no approval says."""

from tests.core.lint_case import Case

SETTLE = """\
  - id: settle
    title: Let it settle
"""
EXPECTED = "    expected: active"


def agree(said: str, *, after: str = SETTLE, before: str = "") -> str:
    """An approval before a step."""
    return f"{before}  - id: agree\n    title: Two agree\n    approve: {said}\n{after}"


def needs(said: str) -> str:
    """A step that needs approval."""
    return f"{EXPECTED}\n    approval: {said}"


def of_list(people: int, said: str) -> str:
    """A role with a list of people, and an approval that asks them."""
    named = ", ".join(f"U0PERSON{n}" for n in range(people))
    role = f"roles: {{ keeper: {{ description: approves, people: [{named}] }} }}\n"
    return f"{role}steps:\n{agree(said, after='')}"


PAST = """\
  - id: ask
    title: Is it urgent?
    decide:
      options:
        - { id: "no", title: "No" }
        - { id: "yes", title: "Yes", then: { goto: TO } }
"""
STEPS = "steps:\n  - id: restart"
RESTART = "  - id: restart"
GOOD = agree("{ min: 2, timeout: 30m }")

APPROVALS = [
    Case("an approval by nobody", SETTLE, agree("{ min: §0 }"), "a number from 1", GOOD),
    Case("an approval by too many", SETTLE, agree("{ min: §21 }"), "a number up to 20", GOOD),
    Case(
        "an approval by a number in words",
        SETTLE,
        agree("{ min: §two }"),
        "a whole number is meant here. Write: a whole number",
        GOOD,
    ),
    Case(
        "an approval within no time",
        SETTLE,
        agree("{ min: 2, timeout: §30 }"),
        "a duration is a whole number and a unit. Write: 30s, 30m, 30h or 30d",
        GOOD,
    ),
    Case(
        "a misspelt key of an approval",
        SETTLE,
        agree("{ min: 2, §timeot: 30m }"),
        "an approval has no key `timeot`. Write: timeout:",
        GOOD,
    ),
    Case(
        "an approval that is a list",
        SETTLE,
        agree("§[custodian]"),
        "`approve` has keys of its own. Write: approve: { min: 1 }",
        GOOD,
    ),
    Case(
        "an answer that leads past an approval",
        SETTLE,
        agree("{ min: 2 }", before=PAST.replace("TO", "§settle")),
        "this leads past the approval `agree` to what it is about. Write: agree",
        agree("{ min: 2 }", before=PAST.replace("TO", "agree")),
    ),
    Case(
        "danger at an approval",
        SETTLE,
        agree("{ min: 2 }\n    §danger: destructive"),
        "an approval has no key `danger`",
        GOOD,
    ),
    Case(
        "a command at an approval",
        SETTLE,
        agree("{ min: 2 }\n    §run: [ls]"),
        "an approval has no key `run`",
        GOOD,
    ),
    Case(
        "an approval of a role that is not there",
        SETTLE,
        agree("{ min: 2, role: §keeper }"),
        "there is no role `keeper`. Write: the role under `roles:`",
        GOOD,
    ),
    Case(
        "a step that is approved by a role that is not there",
        EXPECTED,
        needs("{ role: §keeper }"),
        "there is no role `keeper`. Write: the role under `roles:`",
        needs("{ min: 1 }"),
    ),
    Case(
        "a misspelt key of an approval at a step",
        EXPECTED,
        needs("{ §rolle: keeper }"),
        "an approval has no key `rolle`. Write: role:",
        needs("{ min: 1 }"),
    ),
    Case(
        "a time-out that stands at a step",
        EXPECTED,
        f"{EXPECTED}\n    §min: 2",
        "a plain step has no key `min`. Write: approval: { min: … }",
        EXPECTED,
    ),
    Case(
        "an approval of nothing",
        SETTLE,
        "  - id: both\n    title: Both\n    steps:\n"
        "      - id: agree\n        title: Two agree\n        §approve: { min: 2 }\n" + SETTLE,
        "nothing comes after it in its list, so nothing waits for it. Write: the step that it",
        GOOD,
    ),
    Case(
        "an alternative that only asks",
        SETTLE,
        "  - id: both\n    title: Both\n    one_of: true\n    steps:\n"
        "      - id: agree\n        title: Two agree\n        §approve: { min: 2 }\n"
        "      - { id: other, title: The other, do: It. }\n" + SETTLE,
        "an alternative that only asks: what comes after it is another one. Write: approval:",
        GOOD,
    ),
    Case(
        "an approval with a role for the one who does it",
        STEPS,
        of_list(3, "{ min: 2 }\n    role: §keeper") + RESTART,
        "nobody does an approval, and this says nothing of who gives it. Write: approve: { role: k",
        of_list(3, "{ min: 2, role: keeper }") + RESTART,
    ),
    Case(
        "an approval of what is found only behind it",
        STEPS,
        "steps:\n  - id: agree\n    title: Agree\n    §approve: { min: 1 }\n"
        "  - id: both\n    title: Both\n    steps:\n"
        "      - { id: find, title: Find it, do: It., captures: { job: { description: J, "
        'pattern: "j[0-9]" } } }\n'
        '      - { id: use, title: Use it, run: ["use {{ job }}"] }\n' + RESTART,
        "what it is about uses `job`, which is found only behind it. Write: approval: at the step",
        of_list(3, "{ min: 2, role: keeper }") + RESTART,
    ),
    Case(
        "an approval by more than the list has",
        STEPS,
        of_list(1, "{ min: §2, role: keeper }") + RESTART,
        "2 must approve, and 1 on the list of `keeper`. Write: min: 1, or more people in the role",
        of_list(3, "{ min: 2, role: keeper }") + RESTART,
    ),
]

ANYONE = [
    Case(
        "an approval by all who could ask",
        STEPS,
        of_list(2, "{ min: 2, role: §keeper }") + RESTART,
        "everyone on the list of `keeper` must approve, so none may ask. Write: one more person",
        of_list(3, "{ min: 2, role: keeper }") + RESTART,
        "warning",
    ),
    Case(
        "anyone may approve what cannot be undone",
        "        danger: destructive",
        "        danger: destructive\n        §approval: { min: 2 }",
        "anyone may approve `disk`, which cannot be undone. Write: role: (one of `roles:`)",
        "        danger: destructive",
        "warning",
    ),
]
