"""The cache of procedures: it makes a start fast, and never changes what is served or said."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.engine.starting import Begun, started
from bot.core.lint import Examined
from bot.core.procedure import Loaded, Procedure
from bot.core.run.events import Person, dump
from bot.edges.library import Library, cache, default_folder, examine_file, folder
from tests.core.lint_each import EACH
from tests.core.lint_rules import RULES
from tests.core.lint_shapes import SHAPES
from tests.core.lint_traps import TRAPS, WARNINGS
from tests.core.lint_ways import WAYS
from tests.core.strategies import hostile_lines, procedures
from tests.profiles import examples

BASE = (Path(__file__).parents[2] / "core" / "lint_base.yaml").read_text()
DAY = date(2026, 11, 22)
SHIPPED = [path.read_text() for path in (Path(__file__).parents[3] / "procedures").glob("*.yaml")]


def named(number: int, text: str = BASE) -> str:
    return text.replace("id: base", f"id: p{number}", 1)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    place = tmp_path / "procedures"
    place.mkdir()
    for number in range(folder.FEW):
        (place / f"p{number}.yaml").write_text(named(number))
    return place


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were really parsed."""
    seen: list[str] = []
    real = examine_file

    def watched(content: bytes, name: str, today: date) -> object:
        seen.append(Path(name).name)
        return real(content, name, today)

    monkeypatch.setattr(folder, "examine_file", watched)
    return seen


def read(shelf: Path, kept: Path | None = None, day: date = DAY) -> Library:
    library = Library(shelf, today=lambda: day, cache=kept)
    library.refresh()
    return library


def the_file(kept: Path) -> Path:
    (found,) = (kept / "procedures").iterdir()
    return found


def same(one: Library, other: Library) -> None:
    assert one.all() == other.all()
    assert one.problems() == other.problems()
    # Equal models may differ in what was left unset, and a fact is hashed without that.
    assert facts_of(one) == facts_of(other)


def facts_of(library: Library) -> list[str]:
    return [fact_of(one.procedure) for one in library.all()]


def fact_of(procedure: Procedure | None) -> str:
    assert procedure is not None
    loaded = Loaded(procedure, "", "", "")
    return dump(started(loaded, {}, Begun("C"), Person(id="U1")))


def test_a_second_start_parses_nothing(shelf: Path, kept: Path, parsed: list[str]) -> None:
    first = read(shelf, kept)
    assert len(parsed) == folder.FEW
    parsed.clear()
    same(read(shelf, kept), first)
    assert parsed == []


def test_each_fault_is_said_again_from_the_cache(
    tmp_path: Path, kept: Path, parsed: list[str]
) -> None:
    """All examples of lint's rules, bad and mended, and the procedures that ship."""
    cases = [*SHAPES, *TRAPS, *WARNINGS, *RULES, *WAYS, *EACH]
    texts = [BASE.replace(case.old, new, 1) for case in cases for new in (case.bad, case.fixed)]
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for number, text in enumerate([*texts, *SHIPPED]):
        (shelf / f"p{number}.yaml").write_text(named(number, text))
    fresh = read(shelf, kept)
    assert len(fresh.all()) > 50
    assert len(fresh.problems()) > 90
    parsed.clear()
    same(read(shelf, kept), fresh)
    assert parsed == []


@settings(deadline=None)
@given(st.lists(procedures(hostile_lines), max_size=3))
def test_any_procedure_comes_back_as_it_was(drawn: list[Procedure]) -> None:
    with TemporaryDirectory() as place:
        shelf = cache.Cache(Path(place), Path("shelf"))
        files = [(f"p{n}", f"{n:064}", Examined(one, ())) for n, one in enumerate(drawn)]
        shelf.write(DAY, files)
        kept = shelf.read(DAY)
        assert len(kept) == len(drawn)
        for name, sha256, seen in files:
            again = kept[name, sha256].examined(name)
            assert again == seen
            assert fact_of(again.procedure) == fact_of(seen.procedure)


def test_only_what_changed_is_parsed(shelf: Path, kept: Path, parsed: list[str]) -> None:
    read(shelf, kept)
    (shelf / "p3.yaml").write_text(named(3) + "# changed\n")
    (shelf / "p4.yaml").rename(shelf / "renamed.yaml")
    (shelf / "p5.yaml").unlink()
    parsed.clear()
    same(read(shelf, kept), read(shelf))
    assert sorted(parsed[:2]) == ["p3.yaml", "renamed.yaml"]


def test_a_few_files_are_not_kept(shelf: Path, kept: Path) -> None:
    (shelf / "p0.yaml").unlink()
    read(shelf, kept)
    assert not kept.exists()


def test_another_day_is_another_verdict(shelf: Path, kept: Path) -> None:
    (shelf / "p0.yaml").write_text(named(0) + "reviewed: 2026-11-20\nreview_every: 3d\n")
    for days in range(4):
        day = DAY + timedelta(days)
        same(read(shelf, kept, day), read(shelf, None, day))
        same(read(shelf, kept, day), read(shelf, None, day))


def test_another_program_starts_anew(
    shelf: Path, kept: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read(shelf, kept)
    monkeypatch.setattr(cache, "program", lambda: "another")
    parsed.clear()
    read(shelf, kept)
    assert len(parsed) == folder.FEW


def test_the_program_is_its_rules_and_its_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = cache.program()
    monkeypatch.setattr(cache, "_ROOT", tmp_path)
    for part in cache._RULES:
        shutil.copytree(Path(cache.__file__).parents[2] / part, tmp_path / part)
    cache.program.cache_clear()
    assert cache.program() == now
    with (tmp_path / "core" / "lint" / "upkeep.py").open("a") as file:
        file.write("# a rule\n")
    cache.program.cache_clear()
    changed = cache.program()
    monkeypatch.setattr(cache, "_READERS", ("pydantic",))
    cache.program.cache_clear()
    assert len({now, changed, cache.program()}) == 3
    cache.program.cache_clear()


def test_what_others_may_have_written_is_not_believed(
    shelf: Path, kept: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read(shelf, kept)
    file = the_file(kept)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    for mode in (0o620, 0o602):
        file.chmod(mode)
        parsed.clear()
        read(shelf, kept)
        # It was made anew, as one's own.
        assert len(parsed) == folder.FEW
        assert the_file(kept).stat().st_mode & 0o777 == 0o600
    parsed.clear()
    with monkeypatch.context() as as_another:
        me = os.geteuid()
        as_another.setattr(os, "geteuid", lambda: me + 1)
        read(shelf, kept)
    assert len(parsed) == folder.FEW


def test_a_link_or_a_pipe_in_its_place_is_not_read(
    shelf: Path, kept: Path, tmp_path: Path, parsed: list[str]
) -> None:
    read(shelf, kept)
    file = the_file(kept)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    parsed.clear()
    read(shelf, kept)
    assert len(parsed) == folder.FEW
    the_file(kept).unlink()
    os.mkfifo(file)
    parsed.clear()
    read(shelf, kept)
    assert len(parsed) == folder.FEW


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=examples(20),
)
@given(data=st.data())
def test_a_damaged_cache_is_as_none(shelf: Path, kept: Path, data: st.DataObject) -> None:
    plain = read(shelf)
    read(shelf, kept)
    file = the_file(kept)
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    change = data.draw(st.sampled_from(["cut", "flip", "add"]))
    broken = {
        "cut": whole[:at],
        "flip": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
        "add": whole[:at] + b"x" + whole[at:],
    }[change]
    file.write_bytes(broken)
    same(read(shelf, kept), plain)
    assert the_file(kept).read_bytes() == whole


@pytest.mark.parametrize("place", ["/dev/null", "/proc/nowhere", "file"])
def test_where_none_can_be_written_all_is_parsed(shelf: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    same(read(shelf, tmp_path / place), read(shelf))


def test_it_stays_small(shelf: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(cache.FOLDERS + 3):
        other = shelf.with_name(f"shelf-{number}")
        shutil.copytree(shelf, other)
        read(other, kept)
    (kept / "procedures" / "tmphalf.cache").write_text("what a killed process left")
    os.utime(kept / "procedures" / "tmphalf.cache", (0, 0))
    monkeypatch.setattr(cache, "LARGEST", 5_000)
    plain = read(shelf)
    for _ in range(2):
        same(read(shelf, kept), plain)
    files = sorted((kept / "procedures").iterdir(), key=lambda file: file.stat().st_mtime)
    assert len(files) == cache.FOLDERS
    assert "tmphalf.cache" not in {file.name for file in files}
    assert files[-1].stat().st_size < 15_000


def test_where_caches_go() -> None:
    assert default_folder({"XDG_CACHE_HOME": "/var/c"}) == Path("/var/c/runbook-bot")
    home = Path("~/.cache/runbook-bot").expanduser()
    assert default_folder({}) == home
    assert default_folder({"XDG_CACHE_HOME": "relative"}) == home
