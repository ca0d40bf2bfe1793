"""Lists of values, and groups that are repeated for each member."""

from tests.core.lint_case import BASE, Case

NODE = '  node:\n    description: The node\n    pattern: "node-[0-9]+"\n    required: true\n'
READERS = '  readers:\n    description: R\n    pattern: "[a-z]+"\n    list: true\n'
ASKED = "    required: true\n"
CHECKED = BASE[BASE.index(NODE) : BASE.index("steps:")]
"""From the inputs to the end of the checks."""


def checked(old: str, new: str) -> str:
    """Inputs and checks with a list beside the node, and something changed."""
    assert CHECKED.count(old) == 1
    return CHECKED.replace(NODE, NODE + READERS + ASKED).replace(old, new)


QUERY = "    promql: %s\n    expect: [{ series: every, equals: 1 }]\n"
"""A check in place of one that gets: its query is to be put in."""
GET = (
    "    get: /nodes/{{ node }}/health\n    expect:\n      - { pointer: /healthy, equals: true }\n"
)

LISTS = [
    Case(
        "a list in a query where one text is meant",
        CHECKED,
        checked(GET, QUERY % '§up{job="{{ readers }}"}'),
        "`readers` is a list, and one value is meant here. "
        'Write: a pattern: label=~"{{ readers }}"',
        checked(GET, QUERY % 'up{job=~"{{ readers }}"}'),
    ),
    Case(
        "a default with an entry that does not fit",
        NODE,
        f'{NODE}{READERS}    default: §"shop,Billing"\n',
        "the default does not fit: it has Billing, and each entry must match [a-z]+",
        NODE,
    ),
    Case(
        "an example with an entry twice",
        NODE,
        f"{NODE}{READERS}{ASKED}    example: §shop,shop\n",
        "the example does not fit: it has shop twice",
        NODE,
    ),
    Case(
        "a list that must differ",
        NODE,
        f"{NODE}{READERS}{ASKED}    differs_from: §node\n",
        "a list is held to no other value. Write: it at an input of one",
        NODE,
    ),
    Case(
        "an input that must differ from a list",
        NODE,
        f"{NODE}    differs_from: §readers\n{READERS}{ASKED}",
        "`readers` is a list, and no one value. Write: another input",
        NODE,
    ),
    Case(
        "values of a list with commas",
        NODE,
        f'{NODE}{READERS}    enum: §["a,b", c]\n',
        "a comma parts the entries of a list. Write: values without one",
        NODE,
    ),
    Case(
        "a list that is no truth value",
        NODE,
        f"{NODE}{READERS}{ASKED}".replace("list: true", 'list: §"true"'),
        "true or false is meant here",
        NODE,
    ),
    Case(
        "a list in an address",
        CHECKED,
        checked("get: /nodes/{{ node }}/health", "get: §/nodes/{{ readers }}/health"),
        "`readers` is a list, and one value is meant here. Write: an input of one value",
        CHECKED,
    ),
    Case(
        "a list of anything, each entry of which goes into an address",
        CHECKED,
        checked("each: { member: nodes }", "each: { member: readers }")
        .replace('    pattern: "[a-z]+"\n', "", 1)
        .replace("  readers:", "  §readers:"),
        "`readers` goes into a command or an address unchecked",
        checked("each: { member: nodes }", "each: { member: readers }"),
    ),
    Case(
        "a list that an answer is compared with",
        CHECKED,
        checked("equals: true", 'equals: §"{{ readers }}"'),
        "`readers` is a list, and one value is meant here",
        CHECKED,
    ),
    Case(
        "a condition that compares a list",
        BASE[BASE.index(NODE) :],
        BASE[BASE.index(NODE) :]
        .replace(NODE, NODE + READERS + ASKED)
        .replace(
            "    expected: active", '    expected: active\n    when: §"{{ readers }} is shop"'
        ),
        '`readers` is a list, and no condition compares one. Write: "{{ readers }} exists"',
        BASE[BASE.index(NODE) :],
    ),
]

STEPS = BASE[BASE.index("checks:") :]
"""From the checks to the end."""
TIDY = """\
  - id: tidy
    title: Tidy up
    any_order: true
"""
SETTLE = """\
  - id: settle
    title: Let it settle
"""


def each(
    of: str = "{ one: nodes }",
    *,
    more: str = "",
    inside: str = "",
    after: str = "",
    run: str = "drain {{ one }}",
) -> str:
    """A group that is done for each node, before the last step."""
    return (
        f"  - id: drain\n    title: Drain them\n    for_each: {of}\n{more}    steps:\n"
        f'      - id: stop\n        title: Stop it\n        run: ["{run}"]\n{inside}{after}{SETTLE}'
    )


ASK = """\
      - id: ok
        title: Is it well?
        decide:
          name: state
          options:
            - { id: "yes", title: "Yes" }
            - { id: "no", title: "No" }
"""
COUNTED = """\
      - id: more
        title: More
        when: "{{ state }} is yes"
        do: It.
"""
CAPTURE = """\
      - id: find
        title: Find it
        do: Look.
        captures: { disk: { description: The disk, pattern: "sd[a-z]" } }
      - id: use
        title: Use it
        run: ["use {{ disk }} at {{ one }}"]
"""
GOTO = """\
  - id: well
    title: Is it well?
    decide:
      options:
        - { id: "yes", title: "Yes" }
        - { id: "no", title: "No", then: { goto: §stop } }
"""
AGREED = """\
      - id: agreed
        title: See it
        do: Look.
        check: in-step
"""
GOOD = each()
FROM_NODE = BASE[BASE.index(NODE) :]
"""From the inputs to the end."""

EACH = [
    *LISTS,
    Case(
        "a check that goes through members of its own by the same name",
        STEPS,
        STEPS.replace("each: { member: nodes }", "each: { §member: nodes }").replace(
            SETTLE,
            each("{ member: nodes }", inside=AGREED, run="drain {{ member }}"),
        ),
        "`member` is a member of the group that asks for it, too. Write: another name",
        STEPS.replace(SETTLE, each("{ node_: nodes }", inside=AGREED, run="drain {{ node_ }}")),
    ),
    Case(
        "a set in the place of its member",
        SETTLE,
        each("{ §ones: one }"),
        "the name of a member comes first, and `ones` are all of them. "
        "Write: for_each: { one: ones }",
        each("{ one: ones }"),
    ),
    Case(
        "a list in the place of its entry",
        FROM_NODE,
        FROM_NODE.replace(NODE, f"{NODE}{READERS}{ASKED}").replace(
            SETTLE, each("{ §readers: reader }", run="drain {{ reader }}")
        ),
        "the name of a member comes first, and `readers` are all of them. "
        "Write: for_each: { reader: readers }",
        FROM_NODE,
    ),
    Case(
        "a set in the place of its member, in a check",
        STEPS,
        STEPS.replace("{ member: nodes }", "{ §members: member }"),
        "the name of a member comes first, and `members` are all of them. "
        "Write: each: { member: members }",
        STEPS.replace("{ member: nodes }", "{ member: members }"),
    ),
    Case(
        "nothing to be done for",
        SETTLE,
        each("§{}", run="drain it"),
        "`for_each` is empty. Write: a value, or leave the line out",
        GOOD,
    ),
    Case(
        "two variables",
        SETTLE,
        each("§{ one: nodes, two: racks }"),
        "`for_each` has one name. Write: for_each: { node: nodes }",
        GOOD,
    ),
    Case(
        "a variable that is no name",
        SETTLE,
        each("{ §a-node: nodes }", run="drain it"),
        "`a-node` cannot name a value. Write: a_node, of letters, digits and underscores",
        GOOD,
    ),
    Case(
        "a variable without a set",
        SETTLE,
        each("{ §one }"),
        "`one` has no value. Write: one: …",
        GOOD,
    ),
    Case(
        "for each of several alternatives",
        SETTLE,
        each(more="    one_of: §true\n"),
        "what is done for each member is no alternative. Write: one_of on a group in it",
        GOOD,
    ),
    Case(
        "a target without for_each",
        "    any_order: true\n",
        "    any_order: true\n    target: §cluster\n",
        "only `for_each` asks for a target. Write: for_each, too",
        "    any_order: true\n",
    ),
    Case(
        "for_each at a plain step",
        "    expected: active",
        "    §for_each: { one: nodes }",
        "a plain step has no key `for_each`",
        "    expected: active",
    ),
    Case(
        "a variable that is an input",
        SETTLE,
        each("{ §node: nodes }", run="drain {{ node }}"),
        "`node` is the name of an input, too. Write: another name",
        GOOD,
    ),
    Case(
        "a variable that is an answer",
        SETTLE,
        each("{ §state: nodes }", inside=ASK + COUNTED, run="drain {{ state }}"),
        "`state` is the name of an answer, too. Write: another name",
        GOOD,
    ),
    Case(
        "an input of one value as a list",
        SETTLE,
        each("{ one: §node }"),
        "`node` is an input of one value. Write: list: true at the input, or the name of a set",
        GOOD,
    ),
    Case(
        "a set of which of two targets",
        STEPS,
        STEPS.replace("target: cluster\n    each", "target: other\n    each").replace(
            SETTLE, each("{ one: §nodes }")
        ),
        "it is not clear which target has the set `nodes`. Write: target: and its name, beside",
        STEPS.replace("target: cluster\n    each", "target: other\n    each").replace(
            SETTLE, each(more="    target: cluster\n")
        ),
    ),
    Case(
        "one for_each in another",
        SETTLE,
        each(
            inside="      - id: inner\n        title: Inner\n        §for_each: { rack: racks }\n"
            '        steps:\n          - { id: in, title: In, do: "{{ rack }} {{ one }}" }\n'
        ),
        "this is done for each rack of each one. Write: one `for_each` around all of these steps",
        GOOD,
    ),
    Case(
        "the variable outside of its steps",
        SETTLE,
        each(after='  - { id: after, title: §"After {{ one }}", do: It. }\n'),
        "`one` is known only in the steps that are done for each. Write: it in a step of "
        "the group with for_each: { one: … }",
        GOOD,
    ),
    Case(
        "a check of members that others ask, too",
        STEPS,
        STEPS.replace("get: /nodes/{{ node }}/health", "get: §/nodes/{{ one }}/health").replace(
            SETTLE, each(inside="        check: node-up\n")
        ),
        "the verification asks this check, and `one` is nobody there. Write: another check "
        "there: of all at once, or with each: { node: nodes }",
        STEPS,
    ),
    Case(
        "a member's answer outside",
        SETTLE,
        each(
            inside=ASK,
            after='  - { id: after, title: After, when: §"{{ state }} is yes", do: It. }\n',
        ),
        "`state` is each member's own, and this stands outside. Write: it in a step of `Drain",
        each(inside=ASK + COUNTED),
    ),
    Case(
        "a value that a member's step finds, outside",
        SETTLE,
        each(
            inside=CAPTURE,
            after='  - { id: after, title: §"After {{ disk }}", do: It. }\n',
        ),
        "`disk` is each member's own, and this stands outside. Write: it in a step of `Drain",
        each(more="    any_order: true\n", inside=CAPTURE),
    ),
    Case(
        "a goto into the members",
        SETTLE,
        each(after=GOTO),
        "this leads into the members of `Drain them`, in which the question does not stand",
        each(after=GOTO.replace("§stop", "drain")),
    ),
    Case(
        "a list without a pattern in a command",
        BASE[BASE.index(NODE) :],
        BASE[BASE.index(NODE) :]
        .replace(
            NODE,
            NODE
            + READERS.replace("readers", "§readers").replace('    pattern: "[a-z]+"\n', "")
            + ASKED,
        )
        .replace(SETTLE, each("{ one: readers }")),
        "`readers` goes into a command or an address unchecked",
        BASE[BASE.index(NODE) :]
        .replace(NODE, NODE + READERS + ASKED)
        .replace(SETTLE, each("{ one: readers }")),
    ),
    Case(
        "a condition that no entry can meet",
        BASE[BASE.index(NODE) :],
        BASE[BASE.index(NODE) :]
        .replace(NODE, NODE + READERS + ASKED)
        .replace(SETTLE, each("{ one: readers }", inside='        when: §"{{ one }} is 5"\n')),
        "`one` is never `5`",
        BASE[BASE.index(NODE) :]
        .replace(NODE, NODE + READERS + ASKED)
        .replace(SETTLE, each("{ one: readers }", inside='        when: "{{ one }} is shop"\n')),
    ),
]

UNUSED = [
    Case(
        "a variable that no step uses",
        SETTLE,
        each("{ §one: nodes }", run="drain all"),
        "no step of it uses `one`. Write: {{ one }} where the member is meant",
        GOOD,
        "warning",
    ),
]
