"""Words that nobody needs explained, and evidence of nothing."""

from tests.core.lint_case import Case

LAST = "prevention:\n  - Watch the disk\n"
GOOD = f"{LAST}glossary:\n  node: A machine of the cluster\n"

SEEN = "    expected: active\n"
KEPT = f"{SEEN}    evidence: {{ text: The output of the last command }}\n"


def asked(evidence: str) -> str:
    """The first step with evidence of a kind."""
    return f"{SEEN}    evidence: {evidence}\n"


DO = "        do: Copy them.\n"
SHOWN = f"{DO}        image: images/panel.png\n"
BAD_PICTURE = (
    "a picture is a PNG, JPEG or GIF in the file's folder or below it. Write: its path from there"
)


EVIDENCE = [
    *(
        Case(what, DO, f"{DO}        image: §{path}\n", BAD_PICTURE, SHOWN)
        for what, path in (
            ("a picture outside of the folder", "../panel.png"),
            ("a picture by a path from the top", "/etc/panel.png"),
            ("a picture in a hidden folder", "images/.git/panel.png"),
            ("a picture that is none", "panel.svg"),
            ("a picture by its address", "https://wiki.example/panel.png"),
            ("a picture by a path of another system", "images\\\\panel.png"),
        )
    ),
    Case(
        "a picture of a group",
        "    any_order: true\n",
        "    any_order: true\n    §image: panel.png\n",
        "a group of steps has no key `image`",
        "    any_order: true\n",
    ),
    Case(
        "evidence of nothing",
        SEEN,
        asked("§{ optional: true }"),
        "evidence of nothing. Write: text: (what to paste) or file: (which file)",
        KEPT,
    ),
    Case(
        "evidence that is only a text",
        SEEN,
        asked("§The output"),
        "`evidence` has keys of its own. Write: evidence: { text: The output }",
        KEPT,
    ),
    Case(
        "a misspelt key of evidence",
        SEEN,
        asked("{ §files: A screenshot }").replace("{ §files", "{ text: The output, §files"),
        "evidence has no key `files`. Write: file:",
        KEPT,
    ),
    Case(
        "evidence in more words than a label holds",
        SEEN,
        asked(f"{{ text: §{'long ' * 31} }}"),
        "longer than 150 characters (it has 154). Write: less",
        KEPT,
    ),
    Case(
        "evidence that is asked for on two lines",
        SEEN,
        asked('{ file: §"A screenshot\\nof the panel" }'),
        "one line is meant here. Write: the text in one line",
        KEPT,
    ),
    Case(
        "evidence of a wait",
        "    wait: { until: in-step }\n",
        "    wait: { until: in-step }\n    §evidence: { text: The output }\n",
        "a wait step has no key `evidence`. Write: nothing here, or a step of its own: a "
        "plain step has `evidence`",
        "    wait: { until: in-step }\n",
    ),
    Case(
        "an optional evidence that is a text",
        SEEN,
        asked('{ text: The output, optional: §"yes" }'),
        "true or false is meant here. Write: optional: true",
        KEPT,
    ),
    Case(
        "evidence that names a value which there is not",
        SEEN,
        asked('{ file: §"A screenshot of {{ nod }}" }'),
        "there is no input `nod`. Write: node",
        KEPT,
    ),
    Case(
        "a word of the glossary with a blank at its end",
        LAST,
        f'{LAST}glossary:\n  §"node ": A machine of the cluster\n',
        "`node ` is no word to explain. Write: one line of 60 characters at most",
        GOOD,
    ),
    Case(
        "a word of the glossary that is explained twice",
        LAST,
        f"{LAST}glossary:\n  node: A machine of the cluster\n  §Node: A machine\n",
        "`Node` and `node` differ only in capitals. Write: one of them",
        GOOD,
    ),
    Case(
        "a word of the glossary without a meaning",
        LAST,
        f"{LAST}glossary:\n  §node:\n",
        "`node` is empty. Write: a value, or leave the line out",
        GOOD,
    ),
    Case(
        "a placeholder in the glossary",
        LAST,
        f'{LAST}glossary:\n  node: §"Such as {{{{ node }}}}"\n',
        "no placeholder is filled in here (`node`). Write: the text without a placeholder",
        GOOD,
    ),
]

UNSEEN = [
    Case(
        "a picture within words that leads nowhere",
        DO,
        '        do: §"Copy them: ![the panel](panel.png)"\n',
        "the picture `panel.png` within words leads nowhere. Write: image: panel.png at the step",
        SHOWN,
        "warning",
    ),
    Case(
        "a word of the glossary that the page never says",
        LAST,
        f"{LAST}glossary:\n  §quorum: More than half of the machines\n",
        "the page never says `quorum`. Write: the word as the page says it",
        GOOD,
        "warning",
    ),
]
