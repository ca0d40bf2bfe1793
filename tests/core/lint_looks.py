"""Progress that cannot be told, members that are not counted, groups that are one another."""

from tests.core.lint_case import Case

POLL = "poll: { every: 5s, deadline: 10m }"
AGREE = "- { pointer: /hash, all_equal: true }"
NEAR = "expect:\n      - { pointer: /hash, all_equal: true }\n    " + POLL
LINES = "  - check: node-up\n  - confirm: The users were told"


def far(progress: str) -> str:
    """A poll that tells how far it is."""
    return f"poll: {{ every: 5s, deadline: 10m, progress: {progress} }}"


def lag(comparison: str, progress: str) -> str:
    """A check that waits until a number is what it should be, and tells how far it is."""
    return f"expect:\n      - {{ pointer: /lag, {comparison} }}\n    {far(progress)}"


LOOKS = [
    Case(
        "a number that rises to nothing",
        POLL,
        far("{ pointer: /lag, goal: §0 }"),
        "a number does not rise to 0. Write: of: min, for a number that falls",
        far("{ pointer: /lag, of: min, goal: 0 }"),
    ),
    Case(
        "a direction that the check does not wait for",
        NEAR,
        lag("lte: 10", "{ pointer: /lag, of: §max, goal: 10 }"),
        "the check passes when this falls, and `of: max` says otherwise. Write: of: min",
        lag("lte: 10", "{ pointer: /lag, of: min, goal: 10 }"),
    ),
    Case(
        "a direction that is not said, and is another",
        NEAR,
        lag("lt: 10", "{ pointer: /lag, goal: §5 }"),
        "the check passes when this falls, and `of: max` says otherwise. Write: of: min",
        lag("lt: 10", "{ pointer: /lag, of: min, goal: 5 }"),
    ),
    Case(
        "a number that is said to fall, and rises",
        NEAR,
        lag("gte: 10", "{ pointer: /lag, of: §min, goal: 10 }"),
        "the check passes when this rises, and `of: min` says otherwise. Write: of: max",
        lag("gte: 10", "{ pointer: /lag, goal: 10 }"),
    ),
    Case(
        "a goal at which the check does not pass",
        NEAR,
        lag("lte: 10", "{ pointer: /lag, of: min, goal: §50 }"),
        "at 50 the check does not pass: `lte: 10`. Write: a goal at which it passes",
        lag("lte: 10", "{ pointer: /lag, of: min, goal: 0 }"),
    ),
    Case(
        "a goal that is no number",
        POLL,
        far("{ pointer: /lag, goal: §most }"),
        "a number is meant here. Write: a number",
        far("{ pointer: /lag, goal: 5 }"),
    ),
    Case(
        "a direction that is none",
        POLL,
        far("{ pointer: /lag, of: §least }"),
        "`least` is not known here. Write: of: max or min",
        far("{ pointer: /lag, of: min }"),
    ),
    Case(
        "a misspelt key of a progress",
        POLL,
        far("{ pointer: /lag, §gaol: 5 }"),
        "a progress has no key `gaol`. Write: goal:",
        far("{ pointer: /lag, goal: 5 }"),
    ),
    Case(
        "members that are counted of a value",
        AGREE,
        "- { §pointer: /hash, min_ok: 2 }",
        "`min_ok` counts members, and looks at no pointer. Write: two entries",
        "- { pointer: /hash, exists: true }\n      - { min_ok: 2 }",
    ),
    Case(
        "members that are counted twice",
        AGREE,
        "- { min_ok: 2 }\n      - { §min_ok: 3 }",
        "`min_ok` stands twice. Write: one of them",
        "- { min_ok: 2 }",
    ),
    Case(
        "a group without lines",
        LINES,
        "  - §group: Nodes\n  - check: node-up",
        "`lines` is missing. Write: lines: and a list of lines, as in verification",
        "  - group: Nodes\n    lines:\n      - check: node-up",
    ),
    Case(
        "lines without a group",
        LINES,
        "  - §lines:\n      - check: node-up",
        "`group` is missing. Write: group: (what its lines are about)",
        "  - group: Nodes\n    lines:\n      - check: node-up",
    ),
    Case(
        "a group of no lines",
        LINES,
        "  - check: node-up\n  - group: Nodes\n    lines: §[]",
        "`lines` is empty",
        "  - group: Nodes\n    lines: [{ check: node-up }]",
    ),
    Case(
        "two groups of one name",
        LINES,
        "  - { group: All, lines: [{ check: node-up }] }\n"
        "  - { group: §All, lines: [{ confirm: The users were told }] }",
        "there are two groups `All`. Write: one group, or another name",
        "  - { group: All, lines: [{ check: node-up }, { confirm: The users were told }] }",
    ),
    Case(
        "a group in a group",
        LINES,
        "  - group: All\n    lines:\n      - check: node-up\n        §group: Nodes",
        "a line of verification has no key `group`. Write: nothing: a group holds lines, "
        "and no group",
        "  - group: All\n    lines:\n      - check: node-up",
    ),
    Case(
        "a check of a group that does not exist",
        LINES,
        "  - check: node-up\n  - group: Nodes\n    lines:\n      - check: §node-upp",
        "there is no check `node-upp`. Write: node-up",
        "  - group: Nodes\n    lines:\n      - check: node-up",
    ),
    Case(
        "too many lines in groups",
        "verification:\n" + LINES,
        "§verification:\n  - check: node-up\n  - group: Told\n    lines:\n"
        + "".join(f"      - confirm: Person {n} was told\n" for n in range(50)),
        "51 lines, and a verification has 50 at most. Write: fewer of them",
        "verification:\n  - check: node-up\n  - group: Told\n    lines:\n"
        + "".join(f"      - confirm: Person {n} was told\n" for n in range(3)),
    ),
]

DOUBTED = [
    Case(
        "one number with no goal",
        "expect:\n      - { pointer: /healthy, equals: true }",
        "expect:\n      - { pointer: /healthy, equals: true }\n"
        "    poll:\n      every: 5s\n      deadline: 10m\n      §progress: { pointer: /done }",
        "one number alone has no other to reach. Write: goal: and the number that is to be reached",
        "expect:\n      - { pointer: /healthy, equals: true }\n"
        "    poll: { every: 5s, deadline: 10m, progress: { pointer: /done, goal: 9 } }",
        "warning",
    ),
]
