"""Every rule of lint: a file that breaks it is refused at the very place, a mended one passes.

In a bad example the sign § stands at the place that lint must name; it is taken out first.
"""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.core.lint import Problem
from bot.edges.library import examine_file

BASE = (Path(__file__).parent / "lint_base.yaml").read_text()
TODAY = date(2026, 11, 22)


class Case(NamedTuple):
    """What is replaced in the base file, by what, and what lint must say about it."""

    name: str
    old: str
    bad: str
    says: str
    fixed: str
    severity: str = "error"


def lint(text: str, name: str = "base.yaml") -> tuple[Problem, ...]:
    return examine_file(text.encode(), name, TODAY).problems


ERRORS = [
    # Keys
    Case(
        "a misspelt key of a procedure",
        "severity: SEV2",
        "§severty: SEV2",
        "a procedure has no key `severty`. Write: severity:",
        "severity: SEV2",
    ),
    Case(
        "a misspelt key of a plain step",
        "    expected: active",
        "    §expectd: active",
        "a plain step has no key `expectd`. Write: expected:",
        "    expected: active",
    ),
    Case(
        "a misspelt key of a check",
        "    target: cluster\n    get: /nodes/{{ node }}",
        "    §taget: cluster\n    target: cluster\n    get: /nodes/{{ node }}",
        "a check has no key `taget`. Write: one of title, target, get",
        "    target: cluster\n    get: /nodes/{{ node }}",
    ),
    Case(
        "a misspelt key of an expectation",
        "{ pointer: /healthy, equals: true }",
        "{ pointer: /healthy, §equal: true }",
        "an expectation has no key `equal`. Write: equals:",
        "{ pointer: /healthy, equals: true }",
    ),
    Case(
        "a misspelt key of a poll",
        "deadline: 10m }",
        "deadline: 10m, §stal_after: 1m }",
        "a poll has no key `stal_after`. Write: stall_after:",
        "deadline: 10m, stall_after: 1m }",
    ),
    Case(
        "a command in a wait step",
        "    wait: { until: in-step }",
        "    §run: [ls]\n    wait: { until: in-step }",
        "a wait step has no key `run`",
        "    wait: { until: in-step }",
    ),
    Case(
        "danger at a group",
        "    any_order: true",
        "    §danger: destructive\n    any_order: true",
        "a group of steps has no key `danger`",
        "    any_order: true",
    ),
    Case(
        "a key of a verification line",
        "  - confirm: The users were told",
        "  - confirm: The users were told\n    §by: ana",
        "a line of verification has no key `by`",
        "  - confirm: The users were told",
    ),
    Case(
        "a missing key",
        "title: A base to break\n",
        "",
        "`title` is missing. Write: title: …",
        "title: A base to break\n",
    ),
    Case(
        "a missing key of a step",
        "  - id: restart\n    title: Restart the node",
        "  - §id: restart",
        "`title` is missing",
        "  - id: restart\n    title: Restart the node",
    ),
    Case(
        "an unquoted comma in braces",
        "{ text: Writes fail, alert: WritesFail }",
        "{ text: Writes fail, §and reads, alert: WritesFail }",
        "the comma before `and reads` cut the text in two. Write: quotes around the whole text",
        '{ text: "Writes fail, and reads", alert: WritesFail }',
    ),
    Case(
        "an unknown word for danger",
        "danger: destructive",
        "danger: §high",
        "`high` is not known here. Write: destructive",
        "danger: destructive",
    ),
    Case(
        "an unknown version of the format",
        "schema: procedure/v1",
        "schema: §procedure/v2",
        "`procedure/v2` is not known here. Write: procedure/v1",
        "schema: procedure/v1",
    ),
    Case(
        "an empty key",
        "impact: Nothing is served.",
        "§impact:",
        "`impact` is empty. Write: a value, or leave the line out",
        "impact: Nothing is served.",
    ),
    Case(
        "an empty list of steps in a group",
        "    any_order: true\n    steps:\n      - id: logs",
        "    any_order: true\n    steps: §[]\n  - id: more\n    title: More\n"
        "    steps:\n      - id: logs",
        "`steps` is empty",
        "    any_order: true\n    steps:\n      - id: logs",
    ),
    # Values of the wrong kind
    Case(
        "a number where a text is meant",
        "team: platform",
        "team: §42",
        '`42` is a number, where a text is meant. Write: "42"',
        'team: "42"',
    ),
    Case(
        "a truth value where a text is meant",
        "    expected: active",
        "    expected: §true",
        '`true` is a truth value, where a text is meant. Write: "true"',
        '    expected: "true"',
    ),
    Case(
        "a number as it was written",
        "team: platform",
        "team: §1.10",
        '`1.10` is a number, where a text is meant. Write: "1.10"',
        'team: "1.10"',
    ),
    Case(
        "a list where a text is meant",
        "    expected: active",
        "    expected: §[active]",
        "a list where one text is meant",
        "    expected: active",
    ),
    Case(
        "a text where a list is meant",
        "alerts: [NodeDown]",
        "alerts: §NodeDown",
        "a list is meant here. Write: one `- ` line for each",
        "alerts: [NodeDown]",
    ),
    Case(
        "a text where a mapping is meant",
        'owner: { team: platform, slack: "#oncall" }',
        "owner: §platform",
        "a mapping of keys is meant here",
        "owner: { team: platform }",
    ),
    Case(
        "a text where a step is meant",
        "  - id: settle\n    title: Let it settle\n    wait: { until: in-step }",
        "  - §Let it settle",
        "a mapping of keys is meant here",
        "  - id: settle\n    title: Let it settle\n    wait: { until: in-step }",
    ),
    Case(
        "a text where a truth value is meant",
        "    any_order: true",
        '    any_order: §"true"',
        "true or false is meant here",
        "    any_order: true",
    ),
    Case(
        "a duration without a unit",
        "estimate: 20m",
        "estimate: §20",
        "a duration is a whole number and a unit. Write: 30s, 5m, 2h or 90d",
        "estimate: 20m",
    ),
    Case(
        "a duration of nothing",
        "every: 5s",
        "every: §0s",
        "a duration is a whole number and a unit",
        "every: 5s",
    ),
    Case(
        "a date that does not exist",
        "reviewed: 2026-11-01",
        "reviewed: §2026-11-31",
        "there is no such day as 2026-11-31",
        "reviewed: 2026-11-20",
    ),
    Case(
        "a date written another way",
        "reviewed: 2026-11-01",
        "reviewed: §1.11.2026",
        "a date is year, month and day. Write: 2026-11-01",
        "reviewed: 2026-11-01",
    ),
    Case(
        "a severity of another house",
        "severity: SEV2",
        "severity: §P1",
        "a severity is SEV1 to SEV5. Write: SEV1",
        "severity: SEV1",
    ),
    Case(
        "a title of two lines",
        "title: A base to break",
        "title: §|\n  A base\n  to break",
        "one line is meant here",
        "title: A base to break",
    ),
    Case(
        "a text that is too long",
        "impact: Nothing is served.",
        f"impact: §{'x' * 151}",
        "longer than 150 characters",
        "impact: Nothing is served.",
    ),
    Case(
        "an input's name with a dash",
        "  node:\n    description: The node\n",
        "  §no-de:\n    description: The node\n",
        "`no-de` cannot name a value. Write: letters, digits and underscores",
        "  node:\n    description: The node\n",
    ),
    Case(
        "a check's name with a capital",
        "  in-step:",
        "  §In-step:",
        "`In-step` cannot name a check",
        "  in-step:",
    ),
    Case(
        "a step's id with a blank",
        "id: restart",
        "id: §re start",
        "`re start` cannot be an id",
        "id: re-start",
    ),
    Case(
        "a link that leads nowhere",
        "    expected: active",
        "    links: [{ title: Wiki, url: §wiki/restart }]",
        "a link starts with http:// or https://",
        "    links: [{ title: Wiki, url: https://wiki.example/restart }]",
    ),
    Case(
        "a step with nothing to do",
        "        do: Copy them.\n      - id: disk",
        "      - id: disk",
        "a step with nothing to do. Write: do: (words) or run: (commands)",
        "        do: Copy them.\n      - id: disk",
    ),
    Case(
        "a group that is two things",
        "    any_order: true",
        "    any_order: true\n    one_of: true",
        "a group is `any_order` or `one_of`, not both",
        "    one_of: true",
    ),
    # Names
    Case(
        "an id that is not the file's name",
        "id: base",
        "id: §bass",
        "the id `bass` is not the file's name. Write: id: base",
        "id: base",
    ),
    Case(
        "a reserved id",
        "id: base",
        "id: §close",
        "`/runbook close` means something else",
        "id: base",
    ),
    Case(
        "a step id that stands twice, in a group, too",
        "id: disk",
        "id: §restart",
        "the step id `restart` stands twice",
        "id: disk",
    ),
    Case(
        "a check that does not exist",
        "    check: node-up\n  - id: tidy",
        "    check: §node-upp\n  - id: tidy",
        "there is no check `node-upp`. Write: node-up",
        "    check: node-up\n  - id: tidy",
    ),
    Case(
        "a check of the verification that does not exist",
        "  - check: node-up\n  - confirm",
        "  - check: node-up\n  - check: §zzz\n  - confirm",
        "there is no check `zzz`. Write: the check under `checks:`",
        "  - check: node-up\n  - confirm",
    ),
    Case(
        "a wait for a check that does not exist",
        "until: in-step",
        "until: §instep",
        "there is no check `instep`. Write: in-step",
        "until: in-step",
    ),
    Case(
        "a wait for a check that is looked at once",
        "until: in-step",
        "until: §node-up",
        "the check `node-up` is looked at once only. Write: poll: { every: 10s, deadline: 10m }",
        "until: in-step",
    ),
    Case(
        "inputs that differ only in capitals",
        'checks:\n  node-up:\n    title: "{{ node }} is up"',
        "  §Node: { description: Again, pattern: x, required: true }\n"
        'checks:\n  node-up:\n    title: "{{ node }} {{ Node }} is up"',
        "`Node` and `node` differ only in capitals",
        'checks:\n  node-up:\n    title: "{{ node }} is up"',
    ),
    Case(
        "a placeholder that names no input",
        "        do: Copy them.",
        '        do: §"Copy {{ nod }}."',
        "there is no input `nod`. Write: node",
        '        do: "Copy {{ node }}."',
    ),
    Case(
        "a placeholder with something else inside",
        "        do: Copy them.",
        '        do: §"Copy {{ node | upper }}."',
        "two opening braces that are no placeholder",
        '        do: "Copy {{ node }}."',
    ),
    Case(
        "a brace pair for another program",
        "      - systemctl status app",
        "      - §\"docker ps --format '{{.Names}}'\"",
        r"Write: {{ name }}, or \{{ for the braces themselves",
        "      - \"docker ps --format '\\\\{{.Names}}'\"",
    ),
    Case(
        "a placeholder where none is filled in",
        "impact: Nothing is served.",
        'impact: §"{{ node }} is not served."',
        "no placeholder is filled in here (`impact`)",
        "impact: A node is not served.",
    ),
    Case(
        "a member's placeholder outside of the path",
        "    title: All agree",
        '    title: §"{{ member }} agrees"',
        "there is no input `member`",
        "    title: All agree",
    ),
    # Inputs
    Case(
        "an input in a command that could be anything",
        '  node:\n    description: The node\n    pattern: "node-[0-9]+"\n',
        "  §node:\n    description: The node\n",
        "`node` goes into a command or an address unchecked. Write: pattern:",
        "  node:\n    description: The node\n    enum: [node-1, node-2]\n",
    ),
    Case(
        "an input that may stay empty",
        '  node:\n    description: The node\n    pattern: "node-[0-9]+"\n    required: true',
        '  §node:\n    description: The node\n    pattern: "node-[0-9]+"',
        "the input `node` may stay empty where it is used. Write: required: true, or a default",
        '  node:\n    description: The node\n    pattern: "node-[0-9]+"\n    default: node-1',
    ),
    Case(
        "a default that does not fit",
        '  node:\n    description: The node\n    pattern: "node-[0-9]+"\n    required: true',
        '  node:\n    §description: The node\n    pattern: "node-[0-9]+"\n    default: nood-1',
        "the default does not fit: it must match node-[0-9]+",
        '  node:\n    description: The node\n    pattern: "node-[0-9]+"\n    default: node-1',
    ),
    Case(
        "a pattern that is none",
        '    description: The node\n    pattern: "node-[0-9]+"',
        '    §description: The node\n    pattern: "node-[0-9"',
        "not a regular expression: missing ]",
        '    description: The node\n    pattern: "node-[0-9]+"',
    ),
    # Checks
    Case(
        "a check that would change something",
        "    get: /nodes/{{ node }}/health",
        "    §post: /nodes/{{ node }}/restart",
        "a check only looks, with GET or HEAD; `post` is not for checks. Write: get: /path",
        "    head: /nodes/{{ node }}/health",
    ),
    Case(
        "a check that asks for nothing",
        '    title: "{{ node }} is up"\n    target: cluster\n    get: /nodes/{{ node }}/health\n',
        '    §title: "{{ node }} is up"\n    target: cluster\n',
        "a check asks for exactly one path",
        '    title: "{{ node }} is up"\n    target: cluster\n    get: /nodes/{{ node }}/health\n',
    ),
    Case(
        "an absolute URL in a check",
        "    get: /nodes/{{ node }}/health",
        "    get: §https://cluster/nodes/{{ node }}",
        "an address; the target's own is in the bot's configuration. Write: the path",
        "    get: /nodes/{{ node }}",
    ),
    Case(
        "an address without a scheme",
        "    get: /nodes/{{ node }}/health",
        "    get: §//cluster/nodes/{{ node }}",
        "an address; the target's own",
        "    get: /nodes/{{ node }}",
    ),
    Case(
        "a path without a slash",
        "    get: /nodes/{{ node }}/health",
        "    get: §nodes/{{ node }}",
        "a path starts with a slash. Write: /nodes/{{ node }}",
        "    get: /nodes/{{ node }}",
    ),
    Case(
        "a path that climbs",
        "    get: /nodes/{{ node }}/health",
        "    get: §/nodes/{{ node }}/%2E./admin",
        "`..` leads out of the path",
        "    get: /nodes/{{ node }}/a..b",
    ),
    Case(
        "a fragment in a path",
        "    get: /nodes/{{ node }}/health",
        "    get: §/nodes/{{ node }}#health",
        "a fragment (`#`) is never sent to a target",
        "    get: /nodes/{{ node }}?part=health",
    ),
    Case(
        "a blank in a path",
        "    get: /nodes/{{ node }}/health",
        "    get: §/nodes/{{ node }}/the health",
        "a blank or a backslash in a path",
        "    get: /nodes/{{ node }}/the%20health",
    ),
    Case(
        "an `each` that the path does not use",
        "    get: /nodes/{{ member }}/state",
        "    get: §/state",
        "the path asks every member for the same: it lacks `member`",
        "    get: /nodes/{{ member }}/state",
    ),
    Case(
        "an `each` that hides an input",
        "    each: { member: nodes }\n    get: /nodes/{{ member }}/state",
        "    each: { §node: nodes }\n    get: /nodes/{{ node }}/state",
        "`node` is the name of an input, too",
        "    each: { other: nodes }\n    get: /nodes/{{ other }}/state",
    ),
    Case(
        "a comparison of members without members",
        "{ pointer: /healthy, equals: true }",
        "{ pointer: /healthy, all_equal: true }",
        "`all_equal` compares members. Write: each:",
        "{ pointer: /healthy, equals: true }",
    ),
    Case(
        "a deadline before the second look",
        "poll: { every: 5s, deadline: 10m }",
        "poll: { every: 10m, deadline: §10m }",
        "the deadline comes before the second look",
        "poll: { every: 5s, deadline: 10m }",
    ),
    Case(
        "a pointer without a slash",
        "{ pointer: /healthy, equals: true }",
        "{ pointer: §healthy, equals: true }",
        "a pointer starts with a slash",
        "{ pointer: /healthy, equals: true }",
    ),
    Case(
        "a selector that is compared with nothing",
        "- { pointer: /healthy, equals: true }",
        "- §{ pointer: /healthy }",
        "`pointer` is compared with nothing. Write: equals: or exists: true",
        "- { pointer: /healthy, exists: true }",
    ),
    Case(
        "two comparisons in one expectation",
        "- { pointer: /healthy, equals: true }",
        "- §{ pointer: /healthy, equals: true, exists: true }",
        "an expectation has one selector and one comparison",
        "- { pointer: /healthy, equals: true }",
    ),
    Case(
        "a comparison with nothing to look at",
        "- { pointer: /healthy, equals: true }",
        "- §{ equals: true }",
        "`equals` has nothing to look at",
        "- { pointer: /healthy, equals: true }",
    ),
    Case(
        "a status beside a comparison",
        "- { pointer: /healthy, equals: true }",
        "- §{ status: 200, pointer: /healthy, equals: true }",
        "a status stands alone in its expectation",
        "- { status: 200 }\n      - { pointer: /healthy, equals: true }",
    ),
    Case(
        "a status that is no number",
        "- { pointer: /healthy, equals: true }",
        "- { status: §OK }",
        "a status is a number, or a list of numbers. Write: 200, or [200, 204]",
        "- { status: [200, 204] }",
    ),
    Case(
        "a mapping to compare with",
        "- { pointer: /healthy, equals: true }",
        "- { pointer: /healthy, equals: §{ a: b } }",
        "a text, a number, true, false or null is compared",
        "- { pointer: /healthy, equals: null }",
    ),
    Case(
        "a JMESPath that is none",
        "- { pointer: /healthy, equals: true }",
        "- { jmespath: §'length(', equals: 1 }",
        "not a JMESPath expression",
        "- { jmespath: 'length(@)', equals: 1 }",
    ),
    Case(
        "a `matches` that is none",
        "- { pointer: /healthy, equals: true }",
        "- §{ pointer: /healthy, matches: '(' }",
        "not a regular expression",
        "- { pointer: /healthy, matches: '(a|b)' }",
    ),
    # Traps of YAML
    Case(
        "a comment that eats a command's tail",
        "      - systemctl status app",
        "      - §systemctl status app # all",
        "`# all` is a comment to YAML, and lost to the command. Write: the command in quotes",
        '      - "systemctl status app # all"',
    ),
    Case(
        "a command that became a mapping",
        "      - systemctl status app",
        '      - §systemctl status "leak: x"',
        "the blank after a colon made a mapping of this text. Write: the text in quotes",
        '      - |\n        systemctl status "leak: x"',
    ),
    Case(
        "yes, which is true to some",
        "    expected: active",
        "    expected: §yes",
        '`yes` is a truth value to some readers of YAML and a word to others. Write: "yes" for',
        '    expected: "yes"',
    ),
    Case(
        "on, which is true to some",
        "    any_order: true",
        "    any_order: §on",
        "true for the truth value",
        "    any_order: true",
    ),
    Case(
        "off, which is false to some",
        "{ pointer: /healthy, equals: true }",
        "{ pointer: /healthy, equals: §off }",
        '"off" for the word, false for the truth value',
        '{ pointer: /healthy, equals: "off" }',
    ),
    Case(
        "a time of day, which is 630 to some",
        "    expected: active",
        "    expected: §10:30",
        '`10:30` is a number to some readers of YAML and a word to others. Write: "10:30"',
        '    expected: "10:30"',
    ),
    Case(
        "an octal number",
        "{ pointer: /healthy, equals: true }",
        "{ pointer: /healthy, equals: §0750 }",
        '`0750` is a number to some readers of YAML and a word to others. Write: "0750"',
        '{ pointer: /healthy, equals: "0750" }',
    ),
    Case(
        "a key that is a truth value",
        "impact: Nothing is served.",
        "§on: Nothing is served.",
        'the key `on` is a truth value to YAML. Write: "on"',
        "impact: Nothing is served.",
    ),
    Case(
        "a key that stands twice",
        "impact: Nothing is served.",
        "impact: Nothing is served.\n§impact: All is served.",
        "the key `impact` stands twice, first in line 11",
        "impact: Nothing is served.",
    ),
]

WARNINGS = [
    Case(
        "an overdue review",
        "reviewed: 2026-11-01",
        "reviewed: §2026-08-01",
        "the review is 23d overdue. Write: reviewed: 2026-11-22",
        "reviewed: 2026-09-01",
    ),
    Case(
        "a review in the future",
        "reviewed: 2026-11-01",
        "reviewed: §2026-12-01",
        "the review is in the future",
        "reviewed: 2026-11-22",
    ),
    Case(
        "a review that never was",
        "reviewed: 2026-11-01\nreview_every",
        "§review_every",
        "a review is asked for, and none is on record",
        "reviewed: 2026-11-01\nreview_every",
    ),
    Case(
        "a check that nothing uses",
        "steps:\n  - id: restart",
        "  §spare: { title: Spare, target: cluster, get: / }\nsteps:\n  - id: restart",
        "nothing uses the check `spare`",
        "steps:\n  - id: restart",
    ),
    Case(
        "an input that nothing uses",
        "checks:\n",
        "  §spare: { description: Spare }\nchecks:\n",
        "nothing uses the input `spare`. Write: {{ spare }}",
        "checks:\n",
    ),
    Case(
        "an input with a default that is required",
        "    required: true",
        "    §required: true\n    default: node-1",
        "an input with a default is never missing",
        "    required: true",
    ),
    Case(
        "a pattern that bounds nothing",
        '    pattern: "node-[0-9]+"',
        '    pattern: §".+"',
        "the pattern lets `a b` into a command or an address",
        '    pattern: "[a-z0-9-]+"',
    ),
    Case(
        "a typographic quote in a command",
        "      - systemctl status app",
        "      - §systemctl status “app”",
        "a typographic sign (U+201C) in a command",
        '      - systemctl status "app"',
    ),
    Case(
        "no verification",
        "verification:\n  - check: node-up\n  - confirm: The users were told\n",
        "",
        "nothing proves recovery. Write: verification:",
        "verification:\n  - check: node-up\n  - confirm: The users were told\n",
    ),
    Case(
        "more than a page",
        "        do: Copy them.",
        "        do: |\n" + "          Line.\n" * 60,
        "lines when printed, and a page has 66",
        "        do: Copy them.",
    ),
]

NOT_YET = [
    ("roles", "alerts: [NodeDown]", "§roles: { operator: { description: x } }"),
    ("role", "    expected: active", "    §role: operator"),
    ("when", "    expected: active", "    §when: it rains"),
    ("on_failure", "    expected: active", "    §on_failure: { do: x }"),
    ("timeout", "    expected: active", "    §timeout: 5m"),
    ("image", "    expected: active", "    §image: x.png"),
    ("evidence", "    expected: active", "    §evidence: The output"),
    ("goto", "    expected: active", "    §goto: tidy"),
    ("decide", "        do: Copy them.", "        §decide: { question: x }"),
    ("approve", "        do: Copy them.", "        §approve: { n: 2 }"),
    ("for", "    wait: { until: in-step }", "    wait: { §for: 10m }"),
]


def marked(text: str) -> tuple[str, int, int]:
    """Take the sign out of *text*; give its line and column, or 1:1 when there is none."""
    before, sign, _after = text.partition("§")
    lines = before.split("\n") if sign else [""]
    return text.replace("§", ""), len(lines), len(lines[-1]) + 1


def broken(case: Case) -> tuple[str, int, int]:
    assert BASE.count(case.old) == 1, "the example must name one place of the base file"
    return marked(BASE.replace(case.old, case.bad))


def test_the_base_file_is_clean() -> None:
    assert lint(BASE) == ()


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case.name)
def test_an_error_is_said_at_its_place(case: Case) -> None:
    text, line, col = broken(case)
    problems = lint(text)
    said = [str(problem) for problem in problems if problem.severity == "error"]
    assert len(said) == 1, said
    assert said[0].startswith(f"base.yaml:{line}:{col}: error: ") or "§" not in case.bad, said
    assert case.says in said[0]
    assert examine_file(text.encode(), "base.yaml", TODAY).procedure is None


@pytest.mark.parametrize("case", WARNINGS, ids=lambda case: case.name)
def test_a_warning_is_said_at_its_place_and_refuses_nothing(case: Case) -> None:
    text, line, col = broken(case)
    said = [str(problem) for problem in lint(text)]
    assert len(said) == 1, said
    assert said[0].startswith(f"base.yaml:{line}:{col}: warning: "), said
    assert case.says in said[0]
    assert examine_file(text.encode(), "base.yaml", TODAY).procedure is not None


@pytest.mark.parametrize("case", ERRORS + WARNINGS, ids=lambda case: case.name)
def test_what_is_written_instead_passes(case: Case) -> None:
    assert lint(BASE.replace(case.old, case.fixed)) == ()


@pytest.mark.parametrize(("key", "old", "bad"), NOT_YET, ids=[key for key, *_ in NOT_YET])
def test_a_key_that_is_not_obeyed_yet_is_refused(key: str, old: str, bad: str) -> None:
    text, line, col = marked(BASE.replace(old, bad))
    said = [str(problem) for problem in lint(text) if problem.severity == "error"]
    assert len(said) == 1, said
    assert said[0].startswith(f"base.yaml:{line}:{col}: error: `{key}` is not supported yet. Write")


def test_everything_wrong_is_said_at_once_and_sorted_by_line() -> None:
    text = BASE.replace("estimate: 20m", "estimate: soon").replace("severity: SEV2", "sevrity: x")
    text = text.replace("      - systemctl status app", "      - systemctl status app # x")
    problems = lint(text)
    assert [problem.line for problem in problems] == [5, 7, 40]
    assert all("\n" not in str(problem) for problem in problems)


def test_two_missing_keys_are_two_problems() -> None:
    said = [problem.message for problem in lint("schema: procedure/v1\nid: base\n")]
    assert said == ["`title` is missing", "`symptoms` is missing", "`steps` is missing"]


def test_an_authors_words_cannot_write_on_the_terminal() -> None:
    problems = lint(BASE.replace("severity: SEV2", '"\\e[31m\\nsev": SEV2'))
    assert str(problems[0]).startswith("base.yaml:5:1: error: a procedure has no key `\\u001b[31m ")


def test_prevention_is_optional() -> None:
    assert lint(BASE.replace("prevention:\n  - Watch the disk\n", "")) == ()


def test_a_deep_group_is_linted_too() -> None:
    text = BASE.replace(
        "      - id: logs\n        title: Keep the logs\n        do: Copy them.",
        "      - id: inner\n        title: Inner\n        one_of: true\n        steps:\n"
        "          - id: logs\n            title: Keep\n            doo: Copy them.",
    )
    assert [str(p) for p in lint(text)] == [
        "base.yaml:53:13: error: a plain step has no key `doo`. Write: do:"
    ]
