"""Values as somebody writes them for the first time: times, roles, conditions, words."""

from tests.core.lint_case import Case

FIRST = [
    Case(
        "evidence that is yes",
        "    expected: active",
        "    expected: active\n    evidence: §yes",
        "`evidence` has keys of its own. Write: evidence: { text: (what to paste) }, or { "
        "file: (which file) }",
        "    expected: active\n    evidence: { text: The output }",
    ),
    Case(
        "evidence in a word",
        "    expected: active",
        "    expected: active\n    evidence: §screenshot",
        "`evidence` has keys of its own. Write: evidence: { file: screenshot }",
        "    expected: active\n    evidence: { file: screenshot }",
    ),
    Case(
        "a time-out of thirty",
        "    expected: active",
        "    expected: active\n    timeout: §30",
        "a duration is a whole number and a unit. Write: 30s, 30m, 30h or 30d",
        "    expected: active",
    ),
    Case(
        "a time-out in words",
        "    expected: active",
        "    expected: active\n    timeout: §30 minutes",
        "a duration is a whole number and a unit. Write: 30m",
        "    expected: active",
    ),
    Case(
        "a time-out in two units",
        "    expected: active",
        "    expected: active\n    timeout: §1h30m",
        "a duration is a whole number and a unit. Write: 90m",
        "    expected: active",
    ),
    Case(
        "a review in weeks",
        "review_every: 90d",
        "review_every: §12w",
        "a duration is a whole number and a unit. Write: 84d",
        "review_every: 84d",
    ),
    Case(
        "roles that are a list",
        "checks:\n  node-up",
        "roles: §[lead]\nchecks:\n  node-up",
        "`roles` has names, each with what belongs to it. Write: roles: { lead: { "
        "description: … } }",
        "roles:\n  lead: { description: decides }\nwho: { start: lead }\nchecks:\n  node-up",
    ),
    Case(
        "a role that is only described",
        "checks:\n  node-up",
        "roles:\n  lead: §decides\nwho: { start: lead }\nchecks:\n  node-up",
        "a role has keys of its own. Write: lead: { description: decides }",
        "roles:\n  lead: { description: decides }\nwho: { start: lead }\nchecks:\n  node-up",
    ),
    Case(
        "people who are one text",
        "checks:\n  node-up",
        "roles:\n  lead: { description: decides, people: §U012ABCDEF }\nwho: { start: lead }\n"
        "checks:\n  node-up",
        "`people` is a list. Write: people: [U012ABCDEF]",
        "roles:\n  lead: { description: decides }\nwho: { start: lead }\nchecks:\n  node-up",
    ),
    Case(
        "rights that are a role",
        "checks:\n  node-up",
        "roles:\n  lead: { description: decides }\nwho: §lead\nchecks:\n  node-up",
        "`who` says for each right which role has it. Write: who: { start: lead }, or work, "
        "approve, confirm, close, erase, export",
        "roles:\n  lead: { description: decides }\nwho: { start: lead }\nchecks:\n  node-up",
    ),
    Case(
        "rights at a step",
        "    expected: active",
        "    expected: active\n    §who: lead",
        "a plain step has no key `who`. Write: role: (a name of `roles:`)",
        "    expected: active",
    ),
    Case(
        "a condition without its braces",
        "    expected: active",
        "    expected: active\n    when: §node is node-1",
        'a condition compares one value. Write: "{{ node }} is node-1"',
        '    expected: active\n    when: "{{ node }} is node-1"',
    ),
    Case(
        "a condition as programs write it",
        "    expected: active",
        "    expected: active\n    when: §\"{{ node }} == 'node-1'\"",
        'a condition compares one value. Write: "{{ node }} is node-1"',
        '    expected: active\n    when: "{{ node }} is node-1"',
    ),
    Case(
        "a condition with a not",
        "    expected: active",
        '    expected: active\n    when: §"{{ node }} is not node-1"',
        'a condition has no `not`. Write: the values that it may have: "{{ node }} in a, b"',
        '    expected: active\n    when: "{{ node }} in node-2, node-3"',
    ),
    Case(
        "a condition with an and",
        "    expected: active",
        '    expected: active\n    when: §"{{ node }} is node-1 and {{ node }} exists"',
        "a condition compares one value, and has no `and` or `or`. Write: one of them here, "
        "and the other at a group around it",
        '    expected: active\n    when: "{{ node }} is node-1"',
    ),
    Case(
        "a condition that is a mapping",
        "    expected: active",
        "    expected: active\n    when: §{ node: node-1 }",
        'a condition compares one value. Write: "{{ node }} is node-1"',
        '    expected: active\n    when: "{{ node }} is node-1"',
    ),
    Case(
        "a confirmation that is true",
        "    expected: active",
        "    expected: active\n    danger: destructive\n    confirm: §true",
        '`confirm` is the text that is to be typed. Write: confirm: "{{ node }}", or leave '
        "it out: danger: destructive asks by itself",
        "    expected: active\n    danger: destructive",
    ),
    Case(
        "a danger that is true",
        "    expected: active",
        "    expected: active\n    danger: §true",
        "`true` is not known here. Write: danger: destructive",
        "    expected: active\n    danger: destructive",
    ),
    Case(
        "an approval by nobody at all",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ok\n    title: Agree\n    approve: { min: §0 }\n  - id: settle\n"
        "    title: Let it settle\n",
        "a number from 1 is meant here. Write: 1",
        "  - id: ok\n    title: Agree\n    approve: { min: 2 }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
]
