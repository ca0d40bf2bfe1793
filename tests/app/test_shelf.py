"""The shelf: what is kept of procedures, by whom, and what is served of it."""

import logging
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.app.shelf import Shelf
from bot.core.procedure import Check
from bot.edges.library import Library, examine_file, folder
from bot.edges.store import SqlLog
from bot.ports.log import Unavailable
from tests.core.lint_case import BASE

DAY = date(2026, 11, 22)
NEW = BASE.replace("severity: SEV2", "severity: SEV1")
BAD = BASE.replace("severity: SEV2", "severity: sev2")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = tmp_path / "procedures"
    made.mkdir()
    (made / "base.yaml").write_text(BASE)
    (made / "other.yaml").write_text(BASE.replace("id: base", "id: other", 1))
    return made


@pytest.fixture(params=["sqlite", "postgres"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlLog]:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_ready")
    async with await SqlLog.open(url) as made:
        yield made


class Replica:
    """A process's shelf over a folder."""

    def __init__(self, place: Path, program: str = "new") -> None:
        self.refused = -1
        self.library = Library(place, today=lambda: DAY)
        self.shelf = Shelf(self.library, program, self._told)

    def _told(self, files: int) -> None:
        self.refused = files

    async def start(self, log: SqlLog) -> "Replica":
        await self.shelf.open()
        await self.shelf.opened(log.texts)
        return self

    @property
    def severity(self) -> str | None:
        loaded = self.library.get("base")
        return None if loaded is None else loaded.procedure.severity


@pytest.fixture
def young(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A word that only newer programs know; the list holds the words that are unknown just now."""
    unknown: list[str] = []
    real = examine_file

    def judged(content: bytes, name: str, today: date) -> object:
        text = content.decode()
        return real(b"{" if any(word in text for word in unknown) else content, name, today)

    monkeypatch.setattr(folder, "examine_file", judged)
    return unknown


async def test_a_text_outlives_the_process_that_took_it_up(place: Path, log: SqlLog) -> None:
    first = await Replica(place).start(log)
    assert first.refused == 0
    (place / "base.yaml").write_text(NEW)
    await first.shelf.look()
    (place / "base.yaml").write_text(BAD)
    await first.shelf.look()
    assert (first.severity, first.refused) == ("SEV1", 1)
    second = await Replica(place).start(log)
    loaded = second.library.get("base")
    assert loaded is not None
    assert loaded.source == NEW
    (faulty,) = second.library.faulty()
    assert faulty.since == first.library.faulty()[0].since, "both say when it was taken up"
    (place / "base.yaml").write_text(BASE)
    await second.shelf.look()
    assert (second.severity, second.refused) == ("SEV2", 0)


async def test_an_upgraded_program_judges_what_the_one_before_took_up(
    place: Path, log: SqlLog
) -> None:
    await Replica(place, "old").start(log)
    (place / "base.yaml").write_text(BAD)
    assert (await Replica(place, "new").start(log)).severity == "SEV2"


async def test_an_older_program_keeps_what_it_knows_and_takes_nothing_away(
    place: Path, log: SqlLog, young: list[str]
) -> None:
    old = await Replica(place, "old").start(log)
    new = await Replica(place, "new").start(log)
    (place / "base.yaml").write_text(NEW)
    await new.shelf.look()
    young.append("SEV1")
    await old.shelf.look()
    assert (old.severity, old.refused) == ("SEV2", 1)
    assert (await Replica(place, "old").start(log)).severity == "SEV2", "after a restart, too"
    young.clear()
    (place / "base.yaml").write_text(BAD)
    assert (await Replica(place, "new").start(log)).severity == "SEV1", "nobody replaced it"


async def test_a_text_that_comes_back_is_the_newest_again(place: Path, log: SqlLog) -> None:
    one = await Replica(place, "one").start(log)
    (place / "base.yaml").write_text(NEW)
    two = await Replica(place, "two").start(log)
    await one.shelf.look()
    (place / "base.yaml").write_text(BASE)
    await one.shelf.look()
    await two.shelf.look()
    (place / "base.yaml").write_text(BAD)
    assert (await Replica(place, "three").start(log)).severity == "SEV2"


async def test_what_is_gone_is_forgotten_but_not_at_one_look(place: Path, log: SqlLog) -> None:
    one = await Replica(place).start(log)
    (place / "base.yaml").unlink()
    await one.shelf.look()
    assert one.severity is None
    assert len(await log.texts.last("base.yaml")) == 1, "an editor may be between two steps"
    await one.shelf.look()
    assert await log.texts.last("base.yaml") == []
    assert len(await log.texts.last("other.yaml")) == 1


async def test_what_went_while_nobody_looked_is_forgotten(place: Path, log: SqlLog) -> None:
    await Replica(place).start(log)
    (place / "base.yaml").unlink()
    await Replica(place).start(log)
    (place / "base.yaml").write_text(BAD)
    again = await Replica(place).start(log)
    assert (again.severity, again.refused) == (None, 1)


async def test_a_folder_that_is_empty_all_at_once_loses_no_text(place: Path, log: SqlLog) -> None:
    one = await Replica(place).start(log)
    for name in ("base.yaml", "other.yaml"):
        (place / name).unlink()
    for _ in range(3):
        await one.shelf.look()
    assert len(await log.texts.last("base.yaml")) == 1


async def test_what_could_not_be_kept_is_kept_later(
    place: Path, log: SqlLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Replica(place)
    await one.shelf.open()

    async def away(*_: object) -> object:
        raise Unavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(log.texts, "keep", away)
        await one.shelf.opened(log.texts)
    assert one.severity == "SEV2"
    await one.shelf.look()
    assert len(await log.texts.last("base.yaml")) == 1


async def test_what_changes_is_logged_once(
    place: Path, log: SqlLog, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.app.shelf")
    one = await Replica(place).start(log)
    (place / "base.yaml").write_text(BAD)
    for _ in range(3):
        await one.shelf.look()
    wrong, served = (record.message for record in caplog.records)
    assert wrong.endswith("base.yaml:5:11: error: a severity is SEV1 to SEV5. Write: SEV2")
    assert served.startswith("base.yaml has an error in line 5: its version of 2")
    caplog.clear()
    (place / "base.yaml").write_text(BASE)
    await one.shelf.look()
    assert [r.message for r in caplog.records] == ["base.yaml has no error any more"]


async def test_a_target_that_the_configuration_lacks_is_said_once_at_the_start_and_at_a_change(
    place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library = Library(place, today=lambda: DAY)
    shelf = Shelf(library, "new", lambda _: None, {"system": ("nodes",)})
    await shelf.open()

    def said() -> list[str]:
        return [one.getMessage() for one in caplog.records if "configuration" in one.getMessage()]

    (target,) = {check.target for check in _checks(library)}
    assert target != "system"
    assert len(said()) == sum(1 for _ in _checks(library))
    assert f"there is no target `{target}` in the configuration" in said()[0]
    caplog.clear()
    await shelf.look()
    assert said() == []
    (place / "base.yaml").write_text(BASE.replace(f"target: {target}", "target: system"))
    await shelf.look()
    assert said() == []
    (place / "base.yaml").write_text(BASE.replace(f"target: {target}", "target: sistem"))
    await shelf.look()
    assert "there is no target `sistem`" in said()[0]


def _checks(library: Library) -> list[Check]:
    return [check for one in library.all() for check in one.procedure.checks.values()]
