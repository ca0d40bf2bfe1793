"""What developers lean on: hooks that fetch nothing, a floor of coverage, versions that agree."""

import ast
import re
import subprocess
import tomllib
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


def test_the_changelog_the_version_and_the_tags_agree() -> None:
    """What is new stands over the releases, of which the newest is the version that is built."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first, *releases = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert first == "Unreleased"
    for release in releases:
        assert re.fullmatch(r"\d+\.\d+\.\d+ - 20\d\d-\d\d-\d\d", release), release
    numbers = [release.partition(" ")[0] for release in releases]
    parts = [tuple(map(int, number.split("."))) for number in numbers]
    assert parts == sorted(set(parts), reverse=True)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert numbers[:1] in ([], [version])
    tagged = subprocess.run(
        ["git", "tag", "--list", "v*"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert {tag.removeprefix("v") for tag in tagged} <= set(numbers)


def test_no_python_is_claimed_that_the_whole_suite_has_not_run_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert not [one for one in project["classifiers"] if "Python ::" in one]
    for page in ("README.md", "docs/operate.md"):
        assert "newer ones may work and are not tested yet" in (ROOT / page).read_text("utf-8")


def test_the_floor_of_coverage_fails_what_ci_runs() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    assert tools["coverage"]["report"]["fail_under"] >= 90
    assert re.search(
        r"^HYPOTHESIS_PROFILE=dev make coverage ",
        (ROOT / ".ci/run").read_text("utf-8"),
        re.MULTILINE,
    )
    assert "--cov=$(COVER)" in (ROOT / "Makefile").read_text("utf-8")


def test_there_is_what_a_stranger_looks_for() -> None:
    for name in (
        "LICENSE",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        ".editorconfig",
        ".github/PULL_REQUEST_TEMPLATE.md",
        ".github/ISSUE_TEMPLATE/bug.md",
        ".github/ISSUE_TEMPLATE/idea.md",
    ):
        assert (ROOT / name).read_text("utf-8").strip(), name
