"""Approvals, waits, questions and failures as somebody writes them for the first time."""

from tests.core.lint_case import Case

PARTS = [
    Case(
        "an approval that is a number",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ok\n    title: Agree\n    approve: §2\n  - id: settle\n    title: Let it settle\n",
        "`approve` has keys of its own. Write: approve: { min: 2 }",
        "  - id: ok\n    title: Agree\n    approve: { min: 2 }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "an approval that is a role",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ok\n    title: Agree\n    approve: §lead\n  - id: settle\n"
        "    title: Let it settle\n",
        "`approve` has keys of its own. Write: approve: { role: lead }",
        "  - id: ok\n    title: Agree\n    approve: { min: 2 }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "an approval that is empty",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ok\n    title: Agree\n    §approve:\n  - id: settle\n    title: Let it settle\n",
        "`approve` is empty. Write: approve: { min: 1 }",
        "  - id: ok\n    title: Agree\n    approve: { min: 2 }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "an approval at a step that is true",
        "    expected: active",
        "    expected: active\n    approval: §true",
        "`approval` has keys of its own. Write: approval: { min: 1 }",
        "    expected: active\n    approval: { min: 1 }",
    ),
    Case(
        "an approval of a count",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ok\n    title: Agree\n    approve: { §count: 2 }\n  - id: settle\n"
        "    title: Let it settle\n",
        "an approval has no key `count`. Write: min:",
        "  - id: ok\n    title: Agree\n    approve: { min: 2 }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "a wait that is a time",
        "wait: { until: in-step }",
        "wait: §10m",
        "`wait` has keys of its own. Write: wait: { for: 10m }",
        "wait: { until: in-step }",
    ),
    Case(
        "a wait that is a check",
        "wait: { until: in-step }",
        "wait: §in-step",
        "`wait` has keys of its own. Write: wait: { until: in-step }",
        "wait: { until: in-step }",
    ),
    Case(
        "a wait until a time",
        "wait: { until: in-step }\nverification:\n",
        "wait: { until: §10m }\nverification:\n  - check: in-step\n",
        "`until` is the name of a check, and this is a time. Write: for: 10m",
        "wait: { until: in-step }\nverification:\n",
    ),
    Case(
        "a wait for a check",
        "wait: { until: in-step }",
        "wait: { for: §in-step }",
        "`for` is a time, and this is a check. Write: until: in-step",
        "wait: { until: in-step }",
    ),
    Case(
        "a for_each that is a set",
        "    any_order: true",
        "    for_each: §nodes",
        "`for_each` is a name, and the list or the set whose members it stands for. Write: "
        "for_each: { node: nodes }",
        "    any_order: true",
    ),
    Case(
        "a for_each in the words of another program",
        "    any_order: true",
        "    for_each: §node in nodes",
        "`for_each` is a name, and the list or the set whose members it stands for. Write: "
        "for_each: { node: nodes }",
        "    any_order: true",
    ),
    Case(
        "a for_each at a plain step",
        "    expected: active",
        "    §for_each: { one: nodes }",
        "a plain step has no key `for_each`. Write: for_each: at a group, with these steps "
        "in its `steps:`",
        "    expected: active",
    ),
    Case(
        "captures that are a list",
        "    expected: active",
        "    captures: §[job]",
        "`captures` has names, each with what belongs to it. Write: captures: { job: { "
        'description: …, pattern: "[a-z0-9-]+" } }',
        "    expected: active",
    ),
    Case(
        "a value that is only its pattern",
        "    expected: active",
        '    captures:\n      job: §"job-[0-9]+"',
        'a value has keys of its own. Write: job: { description: …, pattern: "job-[0-9]+" }',
        "    expected: active",
    ),
    Case(
        "a value that is empty",
        "    expected: active",
        "    captures:\n      §job:",
        "`job` is empty. Write: job: { description: … }",
        "    expected: active",
    ),
    Case(
        "a goto beside the title of an answer",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A, §goto: restart }\n        - { id: b, title: B }\n"
        "  - id: settle\n    title: Let it settle\n",
        "an answer has no key `goto`. Write: then: { goto: restart }",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A, then: { goto: restart } }\n        - { id: b, title: B }\n"
        "  - id: settle\n    title: Let it settle\n",
    ),
    Case(
        "an answer that leads to a name",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A, then: §restart }\n        - { id: b, title: B }\n"
        "  - id: settle\n    title: Let it settle\n",
        "the name of a step alone. Write: then: { goto: restart }",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A, then: { goto: restart } }\n        - { id: b, title: B }\n"
        "  - id: settle\n    title: Let it settle\n",
    ),
    Case(
        "an answer that ends the run",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A, then: §end }\n        - { id: b, title: B }\n"
        "  - id: settle\n    title: Let it settle\n",
        "the name of a step alone. Write: then: { goto: end }; a run is ended by people, "
        "not by an answer",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "one step where an answer has a list",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n        - id: a\n"
        "          title: A\n          then:\n            §id: more\n            title: More\n"
        "            do: It.\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
        "the steps of an answer are a list. Write: `- ` before each of them",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n        - id: a\n"
        "          title: A\n          then:\n            - id: more\n              title: More\n"
        "              do: It.\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "an answer that leads to the end",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n        - { id: a, title: A, "
        "then: { goto: §end } }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
        "there is no step `end`, and a run is ended by people. "
        "Write: settle, which is the last step",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n        - { id: a, title: A, "
        "then: { goto: settle } }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "steps beside the title of an answer",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A, §steps: [] }\n        - { id: b, title: B }\n"
        "  - id: settle\n    title: Let it settle\n",
        "an answer has no key `steps`. Write: then: and the list of steps",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "a step by its number",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A, then: { goto: §1 } }\n        - { id: b, title: B }\n"
        "  - id: settle\n    title: Let it settle\n",
        "`1` is a number, and a step is named by its id. Write: goto: (the `id` of that step)",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A, then: { goto: restart } }\n        - { id: b, title: B }\n"
        "  - id: settle\n    title: Let it settle\n",
    ),
    Case(
        "answers that are a mapping",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n        §well: It is well\n"
        "        ill: It is not\n  - id: settle\n    title: Let it settle\n",
        "`options` is a list. Write: - { id: well, title: It is well }, a line for each answer",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "an answer that is a word",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n"
        "    decide: { options: [§fast, { id: slow, title: Slow }] }\n  - id: settle\n"
        "    title: Let it settle\n",
        "an answer is meant here. Write: - { id: fast, title: fast }",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "a question in decide",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide: §Is it well?\n  - id: settle\n"
        "    title: Let it settle\n",
        "`decide` holds the answers, and the question is the title of the step. Write: "
        'decide: { options: [{ id: "yes", title: "Yes" }, { id: "no", title: "No" }] }',
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "answers without options",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide:\n        §- { id: a, title: A }\n"
        "        - { id: b, title: B }\n  - id: settle\n    title: Let it settle\n",
        "`decide` holds the answers, and the question is the title of the step. Write: "
        "decide: { options: … }, and these answers in it",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "a question without answers",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide: §{ name: well }\n  - id: settle\n"
        "    title: Let it settle\n",
        "`options` is missing. Write: options: and a list of 2 to 5 answers",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "answers at the step itself",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    §options: []\n  - id: settle\n"
        "    title: Let it settle\n",
        "a plain step has no key `options`. Write: decide: { options: … }",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "an answer without an id",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - §{ title: All is well }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
        "`id` is missing. Write: id: all-is-well, or another short name",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A }\n        - { id: b, title: B }\n  - id: settle\n"
        "    title: Let it settle\n",
    ),
    Case(
        "a reason that is true",
        "  - id: settle\n    title: Let it settle\n",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A, reason: §true }\n        - { id: b, title: B }\n"
        "  - id: settle\n    title: Let it settle\n",
        "`true` is not known here. Write: reason: required",
        "  - id: ask\n    title: Well?\n    decide:\n      options:\n"
        "        - { id: a, title: A, reason: required }\n        - { id: b, title: B }\n"
        "  - id: settle\n    title: Let it settle\n",
    ),
    Case(
        "a goto at a step",
        "    expected: active",
        "    expected: active\n    §goto: tidy",
        "a plain step has no key `goto`. Write: a question: decide: with options, one with "
        "then: { goto: STEP }",
        "    expected: active",
    ),
    Case(
        "a failure that leads to a step",
        "    expected: active",
        "    expected: active\n    on_failure: §{ goto: tidy }",
        "a failure leads nowhere by itself: people read what to do. Write: on_failure: Go "
        "on with the step Tidy up, or a list of steps",
        "    expected: active\n    on_failure: Go on with the step Tidy up.",
    ),
    Case(
        "a failure with one step",
        "    expected: active",
        "    expected: active\n    on_failure:\n      §id: page\n      title: Page\n      do: It.",
        "the steps for a failure are a list. Write: `- ` before `id`",
        "    expected: active\n    on_failure:\n      - id: page\n        title: Page\n"
        "        do: It.",
    ),
    Case(
        "a failure that has steps in steps",
        "    expected: active",
        "    expected: active\n    on_failure:\n      §steps:\n"
        "        - { id: page, title: Page, do: It. }",
        "the steps for a failure stand under `on_failure` itself. Write: them without `steps:`",
        "    expected: active\n    on_failure:\n        - { id: page, title: Page, do: It. }",
    ),
    Case(
        "a failure that is a list of words",
        "    expected: active",
        "    expected: active\n    on_failure:\n      - §Page storage",
        "a step is meant here. Write: - { id: page-storage, title: Page storage, do: … }",
        "    expected: active\n    on_failure:\n"
        "      - { id: page-storage, title: Page storage, do: Say what you saw. }",
    ),
]
