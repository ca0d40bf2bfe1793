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


LISTS = [
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

EACH = [*LISTS]
