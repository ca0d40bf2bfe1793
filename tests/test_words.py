"""What people read: plain American English, one word for one thing, and none of our old habits."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SPEAKING = sorted(
    file
    for pattern in ("*.py", "core/**/*.py", "edges/**/*.py", "demo/stage.py")
    for file in (ROOT / "bot").glob(pattern)
    if "migrations" not in file.parts
)

DENIED = {
    r"\banew\b": "again",
    r"\bfor ever\b": "permanently",
    r"\bwhoever\b": "anyone who",
    r"\bbefall\w*": "happens to",
    r"\bheld against\b": "compared with",
    r"\bof a kind\b": "such",
    r"\btold of\b": "reported",
    r"\bwants? mending\b": "needs fixing",
    r"\bmend(ed|s|ing)?\b": "fix",
    r"\bbehind us\b": "finished",
    r"\bmisspelt\b": "misspelled",
    r"\brecogni[s]ed?\b": "recognized",
    r"\bcolours?\b": "color",
    r"\bcheck (is )?(green|red)\b": "check passed, check failed",
    r"\bUndo a mark\b": "Undo a step's status",
    r"\backnowledgements?\b": "acknowledgment",
}
"""A pattern that no text may match, and what to write instead."""


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """Every text of a module but its docstrings, with the line on which it begins."""
    tree = ast.parse(file.read_text("utf-8"))
    documents = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # a docstring, or the text under a constant
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documents
        ):
            yield node.lineno, node.value


@pytest.mark.parametrize("file", SPEAKING, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_text_has_a_word_that_people_stumble_over(file: Path) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}: {text[:80]!r}: write {instead!r}"
        for line, text in texts(file)
        for pattern, instead in DENIED.items()
        if re.search(pattern, text, re.IGNORECASE)
    ]
    assert not found, "\n".join(found)


def test_the_list_finds_what_it_is_for(tmp_path: Path) -> None:
    file = tmp_path / "speaks.py"
    file.write_text('"""Told of anew."""\nSAID = f"All {7} steps are behind us"\n', "utf-8")
    assert [text for _, text in texts(file)] == ["All ", " steps are behind us"]


@pytest.mark.parametrize("name", ["alerts.yaml", "grafana-dashboard.json", "slack-manifest.yaml"])
def test_no_file_that_operators_read_has_one_either(name: str) -> None:
    text = (ROOT / "deploy" / name).read_text("utf-8")
    odd = {**DENIED, r"\bput off\b": "rate-limited", r"\b(is|go|are) well\b": "good, succeeded"}
    assert [found[0] for one in odd if (found := re.search(one, text, re.IGNORECASE))] == []
