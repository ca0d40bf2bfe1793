"""What developers lean on before a change is reviewed: hooks that fetch nothing."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
TARGETS = ["lint", "types", "contracts"]


def test_hooks_fetch_nothing_and_are_the_same_with_pre_commit_and_without() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert [source["repo"] for source in config["repos"]] == ["local"]
    hooks = config["repos"][0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert [hook["entry"] for hook in hooks] == [f"make --no-print-directory {t}" for t in TARGETS]
    alone = (ROOT / ".ci/hook").read_text("utf-8")
    assert f"make --no-print-directory {' '.join(TARGETS)}\n" in alone


def test_make_hooks_installs_a_hook_that_can_be_run(tmp_path: Path) -> None:
    """In a repository of its own, and on a machine without pre-commit."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipe = re.search(r"^hooks:.*?\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert recipe
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci/hook").write_bytes((ROOT / ".ci/hook").read_bytes())
    (tmp_path / "Makefile").write_text(f"hooks:\n{recipe[1]}")
    alone = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    for command in (["git", "init", "-q"], ["make", "hooks"]):
        subprocess.run(command, cwd=tmp_path, env=alone, check=True, capture_output=True)  # noqa: S603 - our own
    hook = tmp_path / ".git/hooks/pre-commit"
    assert hook.read_bytes() == (ROOT / ".ci/hook").read_bytes()
    assert hook.stat().st_mode & 0o100


def test_what_a_context_manager_took_it_gives_back_whatever_happens_inside() -> None:
    """After its yield nothing is done unless it stands in a `try`: an error would pass it over.

    What was left open so, like a socket, is found by the next test that makes room in memory.
    """
    loose = [
        f"{path.relative_to(ROOT)}:{line}"
        for room in ("bot", "tests")
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and any("contextmanager" in ast.unparse(each) for each in node.decorator_list)
        for line in _loose(node.body, followed=False)
    ]
    assert loose == []


def _loose(body: list[ast.stmt], *, followed: bool) -> Iterator[int]:
    """The lines of the yields in *body* after which something is done only if all went well."""
    if body and isinstance(body[-1], ast.Return):
        body, followed = body[:-1], False
    for number, statement in enumerate(body):
        more = followed or number + 1 < len(body)
        match statement:
            case ast.Try():
                kept = bool(statement.finalbody or statement.handlers)
                yield from _loose(statement.body, followed=more and not kept)
            case ast.With() | ast.AsyncWith():
                yield from _loose(statement.body, followed=more)
            case ast.If():
                yield from _loose(statement.body, followed=more)
                yield from _loose(statement.orelse, followed=more)
            case _ if more:
                yield from (n.lineno for n in ast.walk(statement) if isinstance(n, ast.Yield))
