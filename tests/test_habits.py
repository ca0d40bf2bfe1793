"""What developers lean on before a change is reviewed: hooks that fetch nothing."""

import re
import subprocess
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
