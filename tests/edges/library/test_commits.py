"""A procedure's text has a commit where its file is the very same in what is checked out."""

import logging
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.core.procedure import Loaded
from bot.edges.library import Commits, Library
from bot.edges.library import commits as looking
from bot.edges.library import objects as reading
from bot.edges.library.objects import Objects, Unread
from tests.edges.library.test_folder import DAY, named

BOM = b"\xef\xbb\xbf"


def git(place: Path, *words: str) -> str:
    """Let Git do something, whatever this machine's own settings are."""
    alone = {"PATH": os.defpath, "HOME": str(place), "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(  # noqa: S603 - ours
        ["git", *who, *words],  # noqa: S607 - whichever git there is
        cwd=place,
        env=alone,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture(params=["sha1", "sha256"])
def top(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A checkout with two procedures and one in a folder of its own."""
    place = tmp_path / "checkout"
    (place / "run" / "books" / "deep").mkdir(parents=True)
    git(place, "init", "-q", "-b", "main", f"--object-format={request.param}")
    books = place / "run" / "books"
    (books / "one.yaml").write_text(named("one"))
    (books / "two.yaml").write_bytes(BOM + named("two").encode())
    (books / "deep" / "three.yml").write_text(named("three"))
    (place / "README").write_text("no procedure")
    git(place, "add", ".")
    git(place, "commit", "-q", "-m", "first")
    return place


@pytest.fixture
def folder(top: Path) -> Path:
    return top / "run" / "books"


def commits(folder: Path) -> dict[str, str | None]:
    library = Library(folder, today=lambda: DAY, commits=Commits(folder))
    library.refresh()
    return {loaded.procedure.id: loaded.commit for loaded in library.all()}


def test_what_is_as_it_was_committed_has_the_commit(top: Path, folder: Path) -> None:
    head = git(top, "rev-parse", "HEAD")
    assert commits(folder) == dict.fromkeys(("one", "two", "three"), head)
    (folder / "one.yaml").write_text(named("one") + "# edited\n")
    (folder / "four.yaml").write_text(named("four"))
    assert commits(folder) == {"one": None, "two": head, "three": head, "four": None}
    git(top, "add", ".")
    assert commits(folder)["one"] is None, "it is not committed yet"
    git(top, "commit", "-q", "-m", "second")
    assert set(commits(folder).values()) == {git(top, "rev-parse", "HEAD")}


def test_a_library_that_stays_sees_the_next_commit(top: Path, folder: Path) -> None:
    library = Library(folder, today=lambda: DAY, commits=Commits(folder))
    library.refresh()
    first = git(top, "rev-parse", "HEAD")
    assert {one.commit for one in library.all()} == {first}
    git(top, "commit", "-q", "--allow-empty", "-m", "second")
    library.refresh()
    assert {one.commit for one in library.all()} == {git(top, "rev-parse", "HEAD")} != {first}
    shutil.rmtree(top / ".git")
    library.refresh()
    assert {one.commit for one in library.all()} == {None}


def cloned(top: Path, *how: str) -> Path:
    git(top, "clone", "-q", *how, f"file://{top}" if "--depth" in how else str(top), "../copy")
    return top.parent / "copy"


def detached(top: Path) -> Path:
    git(top, "checkout", "-q", "--detach")
    return top


def another_checkout(top: Path) -> Path:
    git(top, "worktree", "add", "-q", "../beside", "-b", "other")
    git(top, "pack-refs", "--all")
    return top.parent / "beside"


def by_a_link(top: Path) -> Path:
    (top.parent / "link").symlink_to(top)
    return top.parent / "link"


WAYS = {
    "packed": lambda top: (git(top, "gc", "-q"), top)[1],
    "detached": detached,
    "another checkout": another_checkout,
    "shallow": lambda top: cloned(top, "--depth", "1"),
    "with another's objects": lambda top: cloned(top, "--shared"),
    "by a link": by_a_link,
}


@pytest.mark.parametrize("way", WAYS)
def test_however_it_was_checked_out(way: str, top: Path) -> None:
    place = WAYS[way](top)
    head = git(place, "rev-parse", "HEAD")
    assert commits(place / "run" / "books") == dict.fromkeys(("one", "two", "three"), head)


def test_a_folder_that_is_in_none_or_before_the_first_commit_has_none(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(named("one"))
    assert commits(tmp_path) == {"one": None}
    git(tmp_path, "init", "-q")
    assert commits(tmp_path) == {"one": None}
    (tmp_path / "other").write_text("x")
    git(tmp_path, "add", "other")
    git(tmp_path, "commit", "-q", "-m", "without it")
    assert commits(tmp_path) == {"one": None}


def test_without_them_nothing_is_looked_for(folder: Path) -> None:
    library = Library(folder, today=lambda: DAY)
    library.refresh()
    assert {one.commit for one in library.all()} == {None}


def lacks_its_objects(top: Path) -> None:
    shutil.rmtree(top / ".git" / "objects")


def leads_away(top: Path) -> None:
    (top / ".git" / "HEAD").write_text("ref: refs/../../../etc/passwd\n")


def leads_in_a_circle(top: Path) -> None:
    (top / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (top / ".git" / "refs" / "heads" / "main").write_text("ref: refs/heads/main\n")


def is_no_name(top: Path) -> None:
    (top / ".git" / "HEAD").write_text("ref: refs/heads/.invalid\n")
    (top / ".git" / "refs" / "heads" / ".invalid").write_text("reftable")


def is_cut_off(top: Path) -> None:
    for file in (top / ".git" / "objects").glob("??/*"):
        file.chmod(0o600)
        file.write_bytes(file.read_bytes()[:7])


@pytest.mark.parametrize(
    "damage", [lacks_its_objects, leads_away, leads_in_a_circle, is_no_name, is_cut_off]
)
def test_one_that_cannot_be_read_is_said_once_and_everything_is_served(
    damage: object, top: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(damage)
    damage(top)
    library = Library(folder, today=lambda: DAY, commits=Commits(folder))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            library.refresh()
    assert [(one.procedure.id, one.commit) for one in library.all()] == [
        ("one", None),
        ("three", None),
        ("two", None),
    ]
    (said,) = (r.getMessage() for r in caplog.records)
    assert said.startswith("the commit of the procedures is not known: ")


# Objects. ----------------------------------------------------------------------------------------


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A repository whose pack has long chains of deltas, and objects that none is like."""
    dice = random.Random(7)  # noqa: S311 - it plays
    git(tmp_path, "init", "-q", "-b", "main")
    lines = [f"line {number} {dice.random()}" for number in range(3_000)]
    for number in range(40):
        lines[dice.randrange(len(lines))] = f"changed {number}"
        lines.insert(dice.randrange(len(lines)), f"new {number}")
        (tmp_path / "long.yaml").write_text("\n".join(lines))
        (tmp_path / f"noise{number}").write_bytes(dice.randbytes(300))
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-q", "-m", f"{number}")
    return tmp_path


@pytest.mark.parametrize("by_id", [False, True])
def test_every_object_is_read_as_git_reads_it(history: Path, by_id: bool) -> None:  # noqa: FBT001 - a case of the test
    listed = git(history, "cat-file", "--batch-all-objects", "--batch-check").splitlines()
    told = [line.split() for line in listed]
    before = Objects([history / ".git" / "objects"])
    loose = {name: before.get(name, kind) for name, kind, _ in told}
    git(history, "-c", f"repack.useDeltaBaseOffset={str(not by_id).lower()}", "repack", "-adfq")
    assert not list((history / ".git" / "objects").glob("[0-9a-f][0-9a-f]"))
    verified = git(history, "verify-pack", "-v", *map(str, history.glob(".git/objects/pack/*.idx")))
    assert "chain length = 20" in verified
    packed = Objects([history / ".git" / "objects"])
    assert {name: packed.get(name, kind) for name, kind, _ in told} == loose
    assert all(len(loose[name]) == int(size) for name, _, size in told)
    with pytest.raises(Unread, match="no tree"):
        packed.get(next(name for name, kind, _ in told if kind == "blob"), "tree")
    with pytest.raises(Unread, match="there is no object"):
        packed.get("0" * 40, "blob")


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_too_large_is_not_looked_into(
    tmp_path: Path,
    packed: bool,  # noqa: FBT001 - a case of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a").write_text("a" * 100_000)
    name = git(tmp_path, "hash-object", "-w", "a")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-q", "-m", "a")
    if packed:
        git(tmp_path, "gc", "-q")
    there = Objects([tmp_path / ".git" / "objects"])
    assert there.get(name, "blob") == b"a" * 100_000
    monkeypatch.setattr(reading, "LARGEST", 99_000)
    with pytest.raises(Unread, match="too large"):
        there.get(name, "blob")


def test_a_pack_that_was_changed_anywhere_is_read_or_refused_and_nothing_else(
    history: Path,
) -> None:
    git(history, "gc", "-q")
    (pack,) = history.glob(".git/objects/pack/*.pack")
    pack.chmod(0o600)
    whole, dice = pack.read_bytes(), random.Random(11)  # noqa: S311 - it plays
    name = git(history, "rev-parse", "HEAD~30:long.yaml")
    there = Objects([history / ".git" / "objects"])
    refused = 0
    for _ in range(300):
        changed = bytearray(whole)
        for _ in range(40):
            changed[dice.randrange(12, len(whole))] = dice.randrange(256)
        pack.write_bytes(changed[: dice.randrange(len(whole) // 2, len(whole))])
        try:
            there.get(name, "blob")
        except Unread:
            refused += 1
    assert refused > 100


def test_a_text_of_another_file_has_no_commit(folder: Path) -> None:
    known = Commits(folder)
    known.look()
    library = Library(folder, today=lambda: DAY)
    library.refresh()
    loaded = library.get("one")
    assert loaded is not None
    assert known.of(loaded) is not None
    other = str(folder / "two.yaml")
    assert known.of(Loaded(loaded.procedure, loaded.source, loaded.sha256, other)) is None
    changed = Loaded(loaded.procedure, "other", "0" * 64, loaded.path)
    assert known.of(changed) is None, "a text that is not what its hash says is in no commit"
    with pytest.MonkeyPatch.context() as once:
        once.setattr(looking, "_id", None)
        assert known.of(loaded) is not None, "its id is worked out once"
