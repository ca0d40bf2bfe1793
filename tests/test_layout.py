"""How the project is kept: files of a size that is read, and nothing of one machine in them."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 400
LOCKS = (
    "requirements.lock",
    "requirements-pdf.lock",
    "requirements-dev.lock",
    "requirements-mutate.lock",
)
_REQUIREMENT = re.compile(r"[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==[^\s;]+( ; [^\\]+?)?( \\)?")
_EXTRAS = re.compile(r"\[.*?\]")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
_HOME = re.compile(r"(?<![\w.:/{}$-])/(home|Users|root|work)/[\w.-]+")
_REGISTRY = re.compile(
    r"https?://[^\s/\"']*\b(pypi|pythonhosted|npmjs|artifactory|nexus|proxy|mirror)\b"
)


@cache
def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


@cache
def texts() -> dict[Path, str]:
    """Every tracked file that is text."""
    found = {}
    for file in tracked():
        content = file.read_bytes()
        if b"\0" not in content:
            found[file] = content.decode()
    return found


def test_no_file_of_code_is_too_long_to_be_read() -> None:
    for file, text in texts().items():
        room = file.relative_to(ROOT).parts[0]
        if room in ("bot", "tests") and file.suffix in (".py", ".js", ".css", ".html"):
            lines = text.count("\n")
            assert lines <= LONGEST, f"{file.relative_to(ROOT)} has {lines} lines"


def test_every_module_says_what_it_is() -> None:
    for file, text in texts().items():
        if file.suffix == ".py" and file.is_relative_to(ROOT / "bot"):
            assert re.match(r'r?"""\S', text), f"{file.relative_to(ROOT)} has no docstring"


@pytest.mark.parametrize("pattern", [_HOME, _REGISTRY], ids=["a path", "a registry"])
def test_nothing_names_one_machine_or_its_registry(pattern: re.Pattern[str]) -> None:
    for file, text in texts().items():
        if file != Path(__file__):
            found = pattern.search(text)
            assert found is None, f"{file.relative_to(ROOT)} names {found}"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_versions_and_hashes_and_nothing_else(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    wrong = [n for n in lines if not _REQUIREMENT.fullmatch(n) and not _HASH.fullmatch(n)]
    assert wrong == []
    assert sum("==" in line for line in lines) > 10


def test_what_the_bot_runs_on_is_locked_the_same_for_its_developers() -> None:
    """Each lock holds what the one before it holds. The last may ask more extras of a package."""
    runtime, printing, development, mutation = (
        {line.split(" ")[0] for line in (ROOT / name).read_text().splitlines() if "==" in line}
        for name in LOCKS
    )
    assert runtime <= printing <= development
    assert {_EXTRAS.sub("", one) for one in development} <= {
        _EXTRAS.sub("", one) for one in mutation
    }


def test_what_is_mutated_and_the_tests_that_are_to_notice_are_there() -> None:
    groups = tomllib.loads((ROOT / "tests/mutation/groups.toml").read_text()).values()
    modules = [f"{module.replace('.', '/')}.py" for group in groups for module in group["modules"]]
    tests = [file for group in groups for file in group["tests"]]
    assert [file for file in (*modules, *tests) if not (ROOT / file).is_file()] == []


def test_ci_runs_what_a_developer_runs() -> None:
    """CI has no steps of its own: it calls make, and make test is among them."""
    script = (ROOT / ".ci/run").read_text()
    targets = re.findall(r"^make (.*)$", script, re.MULTILINE)
    assert targets[-1] == "test"
    makefile = (ROOT / "Makefile").read_text()
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_script_can_be_run() -> None:
    for file, text in texts().items():
        if text.startswith("#!"):
            assert file.stat().st_mode & 0o111, f"{file.relative_to(ROOT)} cannot be run"
