"""What links into a checkout lead to; the checkouts are made by Git itself."""

import subprocess
from pathlib import Path

import pytest

from bot.core.coverage import Place, Repository, Rule
from bot.edges.rules import checkout, look

REMOTE = "git@github.com:acme/rules.git"
HUB = "https://github.com/acme/rules/blob/main"


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607 - Git, on a folder of the test's own


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "fix/disks")
    git(tmp_path, "remote", "add", "origin", REMOTE)
    (tmp_path / "alerts").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "disk.md").write_text("# Disk full\n")
    (tmp_path / "docs" / "README.md").write_text("# All of them\n")
    return tmp_path


def wrong(root: Path, link: str) -> str:
    """What is wrong with the link of a rule in `alerts/rules.yaml`."""
    near = checkout(root / "alerts")
    assert near is not None
    rule = Rule("x", Place(str(root / "alerts" / "rules.yaml")), runbook=link)
    return next(iter(look([rule], *near).values()), "not looked at")


def test_where_it_is_hosted_is_read_from_git(root: Path) -> None:
    refs = frozenset({"HEAD", "main", "master", "fix/disks"})
    assert checkout(root / "alerts") == (root, Repository("github.com", "acme/rules", refs))


def test_a_second_worktree_is_of_the_same_repository(root: Path, tmp_path: Path) -> None:
    git(root, "add", ".")
    git(root, "commit", "-qm", "x")
    other = tmp_path / "other"
    git(root, "worktree", "add", "-q", "-b", "second", str(other))
    near = checkout(other / "alerts" / "none")
    assert near is not None
    assert near[0] == other
    assert near[1] is not None
    assert near[1].path == "acme/rules"
    assert "second" in near[1].refs


def test_a_folder_of_no_repository_has_none(tmp_path: Path) -> None:
    assert checkout(tmp_path) is None


def test_a_checkout_without_a_host_is_a_root_all_the_same(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert checkout(tmp_path) == (tmp_path, None)


@pytest.mark.parametrize(
    ("link", "told"),
    [
        (f"{HUB}/docs/disk.md", ""),
        (f"{HUB}/docs/disk.md#disk-full", ""),
        (f"{HUB}/docs/disk.md#user-content-disk-full", ""),
        (f"{HUB}/docs/disk.md#L3-L9", ""),
        (f"{HUB}/docs#all-of-them", ""),
        (f"{HUB}/docs/disk.md#gone", "disk.md has no heading #gone"),
        (f"{HUB}/docs/gone.md", "the repository has no docs/gone.md"),
        (f"{HUB}/../../etc/passwd", "it leads out of the repository"),
        ("../docs/disk.md", ""),
        ("docs/disk.md", ""),
        ("/docs/disk.md", ""),
        ("docs/gone.md", "the repository has no docs/gone.md"),
        ("https://wiki.example.com/x", "not looked at"),
        ("https://github.com/acme/rules/blob/v1/docs/gone.md", "not looked at"),
    ],
)
def test_a_link_leads_to_what_is_there(root: Path, link: str, told: str) -> None:
    assert wrong(root, link) == told
