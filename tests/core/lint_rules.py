"""Names that lead nowhere, inputs and checks that are not safe."""

from tests.core.lint_case import Case

TWO = """\
  node:
    description: The node
    pattern: "node-[0-9]+"
    required: true
checks:
  node-up:
    title: "{{ node }} is up"
"""
TWO_INPUTS = """\
  node: {{ description: The node, pattern: "node-[0-9]+", {node} }}
  other: {{ description: Another node, pattern: "node-[0-9]+", {other} }}
checks:
  node-up:
    title: "{{{{ node }}}} is up, and {{{{ other }}}} as well"
"""
"""The base's input, and two in its place."""

RULES = [
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
        "`member` is known only in the path of this check. Write: the text without it",
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
        '  node:\n    description: The node\n    pattern: "node-[0-9]+"\n    default: §nood-1',
        "the default does not fit: it must match node-[0-9]+",
        '  node:\n    description: The node\n    pattern: "node-[0-9]+"\n    default: node-1',
    ),
    Case(
        "an example that does not fit",
        "    required: true\n",
        "    required: true\n    example: §nod-1\n",
        "the example does not fit: it must match node-[0-9]+",
        "    required: true\n    example: node-1\n",
    ),
    Case(
        "an input that differs from one that there is not",
        TWO,
        TWO_INPUTS.format(node="required: true", other="required: true, differs_from: §nod"),
        "there is no input `nod`. Write: node",
        TWO_INPUTS.format(node="required: true", other="required: true, differs_from: node"),
    ),
    Case(
        "an input that differs from itself",
        TWO,
        TWO_INPUTS.format(node="required: true", other="required: true, differs_from: §other"),
        "`other` cannot differ from itself. Write: another input",
        TWO_INPUTS.format(node="required: true", other="required: true, differs_from: node"),
    ),
    Case(
        "inputs that differ from each other, said twice",
        TWO,
        TWO_INPUTS.format(
            node="required: true, differs_from: §other", other="required: true, differs_from: node"
        ),
        "`differs_from` leads from `node` back to it. Write: it at one of the two inputs",
        TWO_INPUTS.format(node="required: true, differs_from: other", other="required: true"),
    ),
    Case(
        "an input whose default is that of the one it differs from",
        TWO,
        TWO_INPUTS.format(node="default: node-1", other="differs_from: node, default: §node-1"),
        "`other` and `node` have the same default, and must differ. Write: another default",
        TWO_INPUTS.format(node="default: node-1", other="differs_from: node, default: node-2"),
    ),
    Case(
        "a pattern that is none",
        '    description: The node\n    pattern: "node-[0-9]+"',
        '    description: The node\n    pattern: §"node-[0-9"',
        "not a regular expression: missing ]",
        '    description: The node\n    pattern: "node-[0-9]+"',
    ),
    # Checks
    Case(
        "a check that would change something",
        "    get: /nodes/{{ node }}/health",
        "    §post: /nodes/{{ node }}/restart",
        "a check only looks, with GET or HEAD; `post` is not for checks. Write: get: /path",
        "    get: /nodes/{{ node }}/health",
    ),
    Case(
        "a check that asks for nothing",
        '    title: "{{ node }} is up"\n    target: cluster\n    get: /nodes/{{ node }}/health\n',
        '    §title: "{{ node }} is up"\n    target: cluster\n',
        "a check asks for exactly one thing",
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
        "a stall that nothing shows",
        "poll: { every: 5s, deadline: 10m }",
        "poll: { every: 5s, deadline: 10m, stall_after: §2m }",
        "nothing shows whether it stalls. Write: progress: { pointer: /lsn }, too",
        "poll: { every: 5s, deadline: 10m, stall_after: 2m, progress: { pointer: /lsn } }",
    ),
    Case(
        "a stall after the deadline",
        "poll: { every: 5s, deadline: 10m }",
        "poll: { every: 5s, deadline: 10m, stall_after: §10m, progress: { pointer: /lsn } }",
        "the deadline comes before the stall is told",
        "poll: { every: 5s, deadline: 10m, stall_after: 9m, progress: { pointer: /lsn } }",
    ),
    Case(
        "a body that HEAD does not have",
        "get: /nodes/{{ node }}/health\n    expect:\n      - { pointer: /healthy, equals: true }",
        "head: /nodes/{{ node }}/health\n    expect:\n      - { pointer: §/healthy, equals: true }",
        "an answer to HEAD has no body to look into. Write: get: in the check",
        "head: /nodes/{{ node }}/health\n    expect:\n      - { header: Age, exists: true }",
    ),
    Case(
        "a header that cannot be",
        "{ pointer: /healthy, equals: true }",
        '{ header: §"Age: 3", exists: true }',
        "a header's name is letters, digits and dashes. Write: Retry-After",
        "{ header: Age, exists: true }",
    ),
    Case(
        "a status that is none of HTTP",
        "{ pointer: /healthy, equals: true }",
        "{ status: §2000 }",
        "a status is a number from 100 to 599",
        "{ status: 200 }",
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
        "a status is a number from 100 to 599, or a list of them. Write: 200, or [200, 204]",
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
        "a JMESPath that doubles what it makes",
        "- { pointer: /healthy, equals: true }",
        "- { jmespath: §'[@,@]|[@,@]|[@,@]|[@,@]|length(@)', equals: 2 }",
        "more than 3 pipes in one expression. Write: less; the target can compute the rest",
        "- { jmespath: 'length(@)', equals: 1 }",
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
        "- { pointer: /healthy, matches: §'(' }",
        "not a regular expression",
        "- { pointer: /healthy, matches: '(a|b)' }",
    ),
]
