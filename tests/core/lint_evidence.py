"""Words that nobody needs explained."""

from tests.core.lint_case import Case

LAST = "prevention:\n  - Watch the disk\n"
GOOD = f"{LAST}glossary:\n  node: A machine of the cluster\n"

EVIDENCE = [
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
        "a word of the glossary that the page never says",
        LAST,
        f"{LAST}glossary:\n  §quorum: More than half of the machines\n",
        "the page never says `quorum`. Write: the word as the page says it",
        GOOD,
        "warning",
    ),
]
