"""Answers that lead nowhere, and conditions that cannot be known."""

from tests.core.lint_case import Case

SETTLE = """\
  - id: settle
    title: Let it settle
"""
WELL = '{ id: well, title: "It is well" }'


def asks(*answers: str, name: str = "", before: str = "", after: str = "") -> str:
    """A question in front of the last step, with something before it and behind it."""
    lines = [*([f"      name: {name}"] if name else []), "      options:"]
    lines += [f"        - {one}" for one in answers]
    said = "\n".join(lines)
    head = "  - id: ask\n    title: Is it well?\n    decide:\n"
    return f"{before}{head}{said}\n{after}{SETTLE}"


def on(condition: str, *, name: str = "state") -> str:
    """A step behind the question that is needed on a condition."""
    step = f"  - id: last\n    title: Look once more\n    when: {condition}\n    do: Look.\n"
    return asks(WELL, '{ id: ill, title: "It is not" }', name=name, after=step)


def failing(does: str) -> str:
    """A step with one that opens when it fails."""
    head = "  - id: wipe\n    title: Wipe it\n    do: It.\n    on_failure:\n"
    return f"{head}      - id: page\n        title: Page someone\n        {does}\n"


GOOD = asks(WELL, '{ id: ill, title: "It is not", then: { goto: restart } }')
ONE_OF = """\
  - id: ways
    title: One way
    one_of: true
    steps:
      - { id: short, title: The short way, do: Go. }
      - { id: long, title: The long way, do: Go. }
"""
SOON = asks(
    WELL,
    '{ id: ill, title: "It is not" }',
    name="state",
    before='  - id: soon\n    title: Soon\n    when: §"{{ state }} is ill"\n    do: It.\n',
)
BRANCH = "{ id: ill, title: It is not, then: [{ id: cure, title: Cure it, do: It. }] }"

WAYS = [
    Case(
        "a question with one answer",
        SETTLE,
        asks(WELL).replace("        - {", "        §- {"),
        "a question has 2 answers at least. Write: one more, or a plain step with do:",
        GOOD,
    ),
    Case(
        "a question with six answers",
        SETTLE,
        asks(*(f"{{ id: a{n}, title: Answer {n} }}" for n in range(6))).replace(
            "        - { id: a0", "        §- { id: a0"
        ),
        "`options` has 5 at most. Write: fewer of them",
        GOOD,
    ),
    Case(
        "an answer without words",
        SETTLE,
        asks(WELL, "§{ id: ill }"),
        "`title` is missing. Write: title: …",
        GOOD,
    ),
    Case(
        "an answer that no button holds",
        SETTLE,
        asks(WELL, f"{{ id: ill, title: §{'long ' * 16} }}"),
        "longer than 75 characters (it has 79). Write: less",
        GOOD,
    ),
    Case(
        "an answer whose id is too long",
        SETTLE,
        asks(WELL, f"{{ id: §{'i' * 41}, title: It is not }}"),
        "longer than 40 characters (it has 41). Write: less",
        GOOD,
    ),
    Case(
        "an answer that leads to a bare name",
        SETTLE,
        asks(WELL, "{ id: ill, title: It is not, then: §restart }"),
        "the name of a step alone. Write: then: { goto: restart }",
        GOOD,
    ),
    Case(
        "a misspelt key of an answer",
        SETTLE,
        asks(WELL, "{ id: ill, title: It is not, §than: { goto: restart } }"),
        "an answer has no key `than`. Write: then:",
        GOOD,
    ),
    Case(
        "a misspelt key of a question",
        SETTLE,
        asks(WELL, WELL, name="state").replace("name:", "§nam:"),
        "a question has no key `nam`. Write: name:",
        GOOD,
    ),
    Case(
        "danger at a question",
        SETTLE,
        GOOD.replace("    decide:", "    §danger: destructive\n    decide:"),
        "a question has no key `danger`",
        GOOD,
    ),
    Case(
        "another procedure that is not written as it is typed",
        SETTLE,
        f"  - id: other\n    title: Another\n    starts: §other node\n{SETTLE}",
        "not a procedure and its values, as they are typed",
        f"  - id: other\n    title: Another\n    starts: other\n{SETTLE}",
    ),
    Case(
        "an input of another procedure that is none of this",
        SETTLE,
        f'  - id: other\n    title: Another\n    starts: §"other node={{{{ nod }}}}"\n{SETTLE}',
        "there is no input `nod`. Write: node",
        f'  - id: other\n    title: Another\n    starts: "other node={{{{ node }}}}"\n{SETTLE}',
    ),
    Case(
        "what is expected of a question",
        SETTLE,
        GOOD.replace("    decide:", "    §expected: it\n    decide:"),
        "a question has no key `expected`",
        GOOD,
    ),
    Case(
        "two answers of one id",
        SETTLE,
        asks(WELL, "{ id: §well, title: It is not }"),
        "`well` stands for two answers. Write: another for each of them",
        GOOD,
    ),
    Case(
        "two answers of the same words",
        SETTLE,
        asks(WELL, '{ id: ill, title: §"It is well" }'),
        "`It is well` stands for two answers. Write: another for each of them",
        GOOD,
    ),
    Case(
        "a goto outside of an answer",
        "    expected: active",
        "    §goto: tidy",
        "a plain step has no key `goto`. Write: a question: decide: with options, one with "
        "then: { goto: STEP }",
        "    expected: active",
    ),
    Case(
        "an answer that leads nowhere",
        SETTLE,
        asks(WELL, "{ id: ill, title: It is not, then: { goto: §restrat } }"),
        "there is no step `restrat`. Write: restart",
        GOOD,
    ),
    Case(
        "an answer that leads to its own question",
        SETTLE,
        asks(WELL, "{ id: ill, title: It is not, then: { goto: §ask } }"),
        "a question cannot lead to itself. Write: the step before it",
        GOOD,
    ),
    Case(
        "an answer that leads into an alternative",
        SETTLE,
        asks(WELL, "{ id: ill, title: It is not, then: { goto: §long } }", before=ONE_OF),
        "this leads into an alternative of `One way`, in which the question does not stand",
        asks(WELL, "{ id: ill, title: It is not, then: { goto: ways } }", before=ONE_OF),
    ),
    Case(
        "an answer that leads into the branch of another",
        SETTLE,
        asks("{ id: well, title: It is well, then: { goto: §cure } }", BRANCH),
        "this leads into the branch `It is not`, in which the question does not stand",
        GOOD,
    ),
    Case(
        "a round that nobody gets out of",
        SETTLE,
        asks(
            "{ id: well, title: It is well, then: { goto: tidy } }",
            "{ id: ill, title: It is not, then: { goto: restart } }",
        ).replace("    decide:\n", "    §decide:\n"),
        "every answer leads back: nobody gets out of this round. Write: an answer that goes on",
        GOOD,
    ),
    Case(
        "a step that no answer leads to",
        SETTLE,
        asks(
            "{ id: well, title: It is well, then: { goto: settle } }",
            "{ id: ill, title: It is not, then: { goto: restart } }",
            after="  - §id: never\n    title: Never\n    do: It.\n",
        ),
        "no answer leads to this step. Write: an answer that goes on, or no such step",
        GOOD,
    ),
    Case(
        "a branch without steps",
        SETTLE,
        asks(WELL, "{ id: ill, title: It is not, then: §[] }"),
        "`then` is empty. Write: a value, or leave the line out",
        GOOD,
    ),
    Case(
        "an answer's name that is an input's",
        SETTLE,
        on('"{{ node }} exists"', name="§node"),
        "`node` is the name of an input, too. Write: another name",
        on('"{{ state }} is ill"'),
    ),
    Case(
        "a condition that is no comparison",
        SETTLE,
        on("§state is ill"),
        'a condition compares one value. Write: "{{ state }} is ill"',
        on('"{{ state }} is ill"'),
    ),
    Case(
        "a condition that computes",
        SETTLE,
        on('§"{{ state }} == ill and true"'),
        "a condition compares one value",
        on('"{{ state }} is ill"'),
    ),
    Case(
        "a condition with a value left out",
        SETTLE,
        on('§"{{ state }} in ill,, well"'),
        "an empty value between two commas",
        on('"{{ state }} in ill, well"'),
    ),
    Case(
        "a condition on what there is not",
        SETTLE,
        on('§"{{ stat }} is ill"'),
        "there is no value `stat`. Write: state",
        on('"{{ state }} is ill"'),
    ),
    Case(
        "the name of an answer beside its question",
        SETTLE,
        asks(WELL, '{ id: ill, title: "It is not" }').replace(
            "    decide:", "    §name: state\n    decide:"
        ),
        "a question has no key `name`. Write: name: in `decide:`, beside `options:`",
        on('"{{ state }} is ill"'),
    ),
    Case(
        "a condition on the id of a question without a name",
        SETTLE,
        on('§"{{ ask }} is ill"', name=""),
        "`ask` is the id of a question, and its answer has no name. "
        "Write: name: ask in its `decide:`, and that name here",
        on('"{{ ask }} is ill"', name="ask"),
    ),
    Case(
        "a condition on the id of a question in place of its name",
        SETTLE,
        on('§"{{ ask }} is ill"'),
        "`ask` is the id of a question, and its answer has the name `state`. "
        "Write: {{ state }} in its place",
        on('"{{ state }} is ill"'),
    ),
    Case(
        "a condition on a value that it never has",
        SETTLE,
        on('§"{{ state }} is il"'),
        "`state` is never `il`. Write: a value that it can have; it is one of well, ill",
        on('"{{ state }} is ill"'),
    ),
    Case(
        "a condition on a value that its input never has",
        SETTLE,
        on('§"{{ node }} is node-x"'),
        "`node` is never `node-x`. Write: a value that it can have; it must match node-[0-9]+",
        on('"{{ state }} is ill"'),
    ),
    Case(
        "a condition on an answer that comes later",
        SETTLE,
        SOON,
        "`state` is found by step 4, which does not come before this. Write: a step after it",
        on('"{{ state }} is ill"'),
    ),
]

FAILURES = [
    Case(
        "steps for a failure that are none",
        SETTLE,
        "  - id: wipe\n    title: Wipe it\n    do: It.\n    on_failure: §[]\n" + SETTLE,
        "`on_failure` is empty",
        "  - id: wipe\n    title: Wipe it\n    do: It.\n    on_failure: Page.\n" + SETTLE,
    ),
    Case(
        "words in a list for a failure",
        SETTLE,
        "  - id: wipe\n    title: Wipe it\n    do: It.\n    on_failure: [§Page someone]\n" + SETTLE,
        "a step is meant here. Write: - { id: page-someone, title: Page someone, do: … }",
        "  - id: wipe\n    title: Wipe it\n    do: It.\n    on_failure: Page someone\n" + SETTLE,
    ),
    Case(
        "a number for a failure",
        SETTLE,
        "  - id: wipe\n    title: Wipe it\n    do: It.\n    on_failure: §42\n" + SETTLE,
        "`42` is a number, where a text is meant",
        "  - id: wipe\n    title: Wipe it\n    do: It.\n    on_failure: '42'\n" + SETTLE,
    ),
    Case(
        "steps for the failure of a question",
        SETTLE,
        asks(WELL, '{ id: ill, title: "It is not" }').replace(
            "    decide:\n", "    §on_failure: [{ id: page, title: Page, do: It. }]\n    decide:\n"
        ),
        "a question has no key `on_failure`",
        asks(WELL, '{ id: ill, title: "It is not" }'),
    ),
    Case(
        "a misspelt key of a step for a failure",
        SETTLE,
        failing("§doo: Call.") + SETTLE,
        "a plain step has no key `doo`. Write: do:",
        failing("do: Call.") + SETTLE,
    ),
    Case(
        "a check of a step for a failure that does not exist",
        SETTLE,
        failing("do: Call.\n        check: §node-upp") + SETTLE,
        "there is no check `node-upp`. Write: node-up",
        failing("do: Call.\n        check: node-up") + SETTLE,
    ),
    Case(
        "a step for a failure whose id is another's",
        SETTLE,
        failing("do: Call.").replace("id: page", "id: §restart") + SETTLE,
        "the step id `restart` stands twice",
        failing("do: Call.") + SETTLE,
    ),
    Case(
        "a way into the steps for a failure",
        SETTLE,
        failing("do: Call.") + asks(WELL, '{ id: ill, title: "It is not", then: { goto: §page } }'),
        "this leads into the failure of `Wipe it`, in which the question does not stand",
        failing("do: Call.") + asks(WELL, '{ id: ill, title: "It is not", then: { goto: wipe } }'),
    ),
]

WARNED = [
    Case(
        "an answer's name that no condition asks for",
        SETTLE,
        asks(WELL, '{ id: ill, title: "It is not" }', name="§state"),
        "no condition asks for `state`",
        on('"{{ state }} is ill"'),
        "warning",
    ),
]
"""What is only warned of."""
