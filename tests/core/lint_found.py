"""Values that steps find: names that clash, and uses where nobody may have found them."""

from tests.core.lint_case import Case

SETTLE = """\
  - id: settle
    title: Let it settle
"""
FINDS = """\
  - id: snap
    title: Take a snapshot
    run: [snap]
    captures:
      snapshot: { description: Its name, pattern: "snap-[0-9]+" }
"""
USES = """\
  - id: use
    title: Use it
    run:
      - use {{ snapshot }}
"""


def page(*parts: str) -> str:
    """Steps in front of the last one."""
    return "".join((*parts, SETTLE))


def finds(spec: str, *, name: str = "snapshot") -> str:
    """A step that finds a value, and one that uses it."""
    uses = USES.replace("snapshot", name.replace("§", ""))
    step = FINDS.replace('{ description: Its name, pattern: "snap-[0-9]+" }', spec)
    return page(step.replace("snapshot:", f"{name}:"), uses)


def inside(key: str, *steps: str, title: str = "All") -> str:
    """Steps in a group."""
    return f"  - id: all\n    title: {title}\n    {key}: true\n    steps:\n" + _deeper(4, *steps)


def branch(*steps: str) -> str:
    """Steps in a branch of a question."""
    head = "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
    head += "        - { id: well, title: Well }\n        - id: ill\n          title: Ill\n"
    return f"{head}          then:\n" + _deeper(10, *steps)


def _deeper(by: int, *steps: str) -> str:
    lines = "".join(steps).splitlines()
    return "".join(f"{' ' * by}{line}\n" for line in lines)


HERE = USES.replace("use {{", "§use {{")
GOOD = page(FINDS, USES)
WHEN = '    when: "{{ mode }} is fast"\n'
EXISTS = USES.replace("    run:", '    when: "{{ snapshot }} exists"\n    run:')
ONLY = FINDS.replace("    run:", '    when: "{{ node }} is node-1"\n    run:')
AFTER = 'Write: a step after it, or when: "{{ snapshot }} exists" at this one'
CHECK = """\
  kept:
    title: It is kept
    target: cluster
    get: §/snapshots/{{ snapshot }}
"""

STEPS, FIRST = "steps:\n  - id: restart\n", "  - id: restart\n"
EARLY = "  - { id: early, title: Early, do: It., check: kept }\n"
KEEPS = f"{FINDS}    check: kept\n"
OTHER = "  - { id: other, title: Other, do: It. }\n"
END = f"{SETTLE}    wait: {{ until: in-step }}\nverification:\n"
PROOF = '  - confirm: §"{{ snapshot }} is kept"\n'

FOUND = [
    Case(
        "a value that is found without a description",
        SETTLE,
        finds('§{ pattern: "snap-[0-9]+" }'),
        "`description` is missing. Write: description: …",
        GOOD,
    ),
    Case(
        "a misspelt key of a value that is found",
        SETTLE,
        finds('{ description: It, §patern: "snap-[0-9]+" }'),
        "a value has no key `patern`. Write: pattern:",
        GOOD,
    ),
    Case(
        "a value that is found, with a default",
        SETTLE,
        finds('{ description: It, pattern: "snap-[0-9]+", §default: snap-1 }'),
        "a value has no key `default`",
        GOOD,
    ),
    Case(
        "a pattern of a found value that is none",
        SETTLE,
        finds('{ description: It, pattern: §"snap-[0-9+" }'),
        "not a regular expression",
        GOOD,
    ),
    Case(
        "an example that is no such value",
        SETTLE,
        finds('{ description: It, pattern: "snap-[0-9]+", example: §mine }'),
        "the example does not fit: it must match snap-[0-9]+. Write: one that fits",
        GOOD,
    ),
    Case(
        "a name of a value that cannot be",
        SETTLE,
        finds('{ description: It, pattern: "s[0-9]+" }', name="§snap-shot").replace(
            "{{ snap-shot }}", "it"
        ),
        "`snap-shot` cannot name a value. Write: snap_shot, of letters, digits and underscores",
        GOOD,
    ),
    Case(
        "values that a wait asks for",
        "    wait: { until: in-step }",
        "    wait: { until: in-step }\n    §captures: { it: { description: It } }",
        "a wait step has no key `captures`",
        "    wait: { until: in-step }",
    ),
    Case(
        "a found value that is an input",
        SETTLE,
        finds('{ description: It, pattern: "node-[0-9]+" }', name="§node"),
        "`node` is the name of an input, too. Write: another name",
        GOOD,
    ),
    Case(
        "a value that two steps find",
        SETTLE,
        page(
            FINDS,
            FINDS.replace("id: snap", "id: snip").replace("snapshot:", "§snapshot:"),
            USES,
        ),
        "`snapshot` is the name of a value of another step, too. Write: another name",
        GOOD,
    ),
    Case(
        "a found value without a bound in a command",
        SETTLE,
        finds("{ description: Its name }", name="§snapshot"),
        "`snapshot` goes into a command or an address unchecked",
        GOOD,
    ),
    Case(
        "a misspelt value that is found",
        SETTLE,
        page(FINDS, USES, HERE.replace("id: use", "id: us").replace("snapshot", "snapshut")),
        "there is no input `snapshut`. Write: snapshot",
        GOOD,
    ),
    Case(
        "a value that is used before it is found",
        SETTLE,
        page(HERE, FINDS),
        f"`snapshot` is found by step 4, which does not come before this. {AFTER}",
        GOOD,
    ),
    Case(
        "a value that its own step uses",
        SETTLE,
        page(FINDS.replace("[snap]", '[§"snap {{ snapshot }}"]')),
        "`snapshot` is found by step 3, which does not come before this",
        GOOD,
    ),
    Case(
        "a group that says what is found in it",
        SETTLE,
        page(inside("any_order", FINDS, OTHER, title='§"Use {{ snapshot }}"'), USES),
        "`snapshot` is found by step 3.1, which does not come before this",
        page(inside("any_order", FINDS, OTHER), USES),
    ),
    Case(
        "a check of a value that is found later",
        STEPS,
        f"{CHECK}steps:\n{EARLY}{FINDS}{FIRST}",
        "`snapshot` is found by step 2, which does not come before this",
        f"{CHECK.replace('§', '')}steps:\n{KEEPS}{FIRST}",
    ),
    Case(
        "a value that only one answer finds",
        SETTLE,
        page(branch(FINDS), HERE),
        f"`snapshot` is found by step 3b.1, and this is reached without it. {AFTER}",
        page(branch(FINDS, USES)),
    ),
    Case(
        "a value that one of several ways finds",
        SETTLE,
        page(inside("one_of", FINDS, USES.replace("use {{ snapshot }}", "it")), HERE).replace(
            "id: use\n    title: Use it\n    run:\n      - §",
            "id: later\n    title: Use it\n    run:\n      - §",
        ),
        f"`snapshot` is found by step 3.1, which is one of several ways. {AFTER}",
        page(
            inside("one_of", FINDS, USES.replace("use {{ snapshot }}", "it")),
            EXISTS.replace("id: use", "id: later"),
        ),
    ),
    Case(
        "a value that may be found after its use",
        SETTLE,
        page(inside("any_order", FINDS, HERE)),
        f"`snapshot` is found by step 3.1, which may be done after this. {AFTER}",
        page(inside("any_order", FINDS), USES),
    ),
    Case(
        "a value of a step that is not always needed",
        SETTLE,
        page(ONLY, HERE),
        f"`snapshot` is found by step 3, which is not always needed. {AFTER}",
        page(ONLY, EXISTS),
    ),
    Case(
        "a found value in the verification of another way",
        END,
        f"{branch(FINDS)}{END}{PROOF}",
        "`snapshot` is found by step 3b.1, and the verification is reached without it. "
        "Write: it at a step that comes after, or no way past the step that finds it",
        f"{FINDS}{END}{PROOF.replace('§', '')}",
    ),
    Case(
        "a condition on a value that it is never",
        SETTLE,
        page(
            FINDS, EXISTS.replace("§", "").replace("exists", "is mine").replace("when: ", "when: §")
        ),
        "`snapshot` is never `mine`. Write: a value that it can have; it must match snap-[0-9]+",
        page(FINDS, EXISTS),
    ),
    Case(
        "a found value in the steps for its own step's failure",
        SETTLE,
        page(f"{FINDS}    on_failure:\n" + _deeper(4, HERE.replace("id: use", "id: early")), USES),
        "`snapshot` is found by step 3, which has failed then",
        page(
            f"{FINDS}    on_failure:\n"
            + _deeper(4, USES.replace(" {{ snapshot }}", " it").replace("id: use", "id: early")),
            USES,
        ),
    ),
    Case(
        "a value that only a failure finds",
        SETTLE,
        page(
            "  - id: try\n    title: Try\n    do: It.\n    on_failure:\n" + _deeper(4, FINDS), HERE
        ),
        "`snapshot` is found by step 3f.1, and this is reached without it. " + AFTER,
        page(
            "  - id: try\n    title: Try\n    do: It.\n    on_failure:\n" + _deeper(4, FINDS),
            EXISTS,
        ),
    ),
]

WARNED = [
    Case(
        "a value that nothing uses",
        SETTLE,
        page(FINDS.replace("snapshot:", "§snapshot:")),
        "nothing uses the value `snapshot`. Write: {{ snapshot }} at a later step",
        GOOD,
        "warning",
    ),
]
"""What is only warned of."""
