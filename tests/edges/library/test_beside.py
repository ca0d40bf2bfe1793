"""Much that is new in a folder is judged in another process: by the time of the one that looks."""

import asyncio
import gc
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from bot.core.views.faulty import told
from bot.edges.library import Library
from bot.edges.press import Press
from bot.ports.world import TooMuch
from tests.core.lint_case import BASE
from tests.hanging import HANG_S

DAY = date(2026, 11, 22)
LONGEST = 0.05
"""Seconds of the processor's time that the lock may be kept from others."""
LARGE = "".join(f"  - {{id: s{n}, title: Title {n}, do: It}}\n" for n in range(3_000))


def beside(work: Callable[[], object], press: Press | None = None) -> str:
    async def pressed() -> str:
        return await (press or Press(HANG_S))(work)  # type: ignore[arg-type] # some return nothing

    with ThreadPoolExecutor(1) as other:
        return other.submit(lambda: asyncio.run(pressed())).result()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = tmp_path / "procedures"
    made.mkdir()
    (made / "base.yaml").write_text(BASE)
    return made


GOOD = f"{BASE}{''.join(f'# {n}' + chr(10) for n in range(3_000))}"
"""So large a file that it is judged elsewhere."""


def look(library: Library) -> float:
    gc.collect()  # it would fall into the one or the other
    began = time.thread_time()
    library.refresh()
    return time.thread_time() - began


@pytest.mark.parametrize("many", [False, True])
def test_what_is_much_is_judged_elsewhere_and_found_to_be_the_same(
    place: Path, *, many: bool
) -> None:
    here = Library(place, today=lambda: DAY)
    there = Library(place, today=lambda: DAY, beside=beside)
    here.refresh()
    there.refresh()
    if many:
        for n in range(60):
            (place / f"p{n}.yaml").write_text(BASE.replace("id: base", f"id: p{n}", 1))
    else:
        (place / "base.yaml").write_text(f"{BASE.partition('steps:')[0]}steps:\n{LARGE}")
    alone, beside_it = look(here), look(there)
    assert alone > LONGEST, "it would prove nothing"
    assert beside_it < LONGEST
    assert there.all() == here.all()
    assert there.problems() == here.problems()
    assert [told(one) for one in there.faulty()] == [told(one) for one in here.faulty()]


def test_where_the_other_process_does_not_answer_it_is_judged_here(
    place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(work: Callable[[], str]) -> str:
        raise RuntimeError("no process")

    library = Library(place, today=lambda: DAY, beside=fails)
    library.refresh()
    changed = BASE.replace("severity: SEV2", "severity: SEV1")
    (place / "base.yaml").write_text(changed)
    library.refresh()
    loaded = library.get("base")
    assert loaded is not None
    assert loaded.procedure.severity == "SEV1"
    assert "procedures are judged in this process: no process" in caplog.text


def test_what_did_not_change_starts_no_process(place: Path) -> None:
    asked: list[object] = []

    def noted(work: Callable[[], str]) -> str:
        asked.append(work)
        return work()

    library = Library(place, today=lambda: DAY, beside=noted)
    library.refresh()
    library.refresh()
    assert asked == [], "at the start nobody waits"
    (place / "base.yaml").write_text(BASE.replace("severity: SEV2", "severity: SEV1"))
    library.refresh()
    library.refresh()
    assert len(asked) == 1


def test_a_small_file_of_hostile_patterns_is_judged_where_nobody_waits(place: Path) -> None:
    patterns = "".join(
        f"  i{n}: {{description: d, pattern: '(\\pL\\pL?){{{300 + n}}}'}}\n" for n in range(20)
    )
    library = Library(place, today=lambda: DAY, beside=beside)
    library.refresh()
    text = BASE.replace("id: base", "id: hostile", 1)
    (place / "hostile.yaml").write_text(text.replace("inputs:\n", f"inputs:\n{patterns}", 1))
    assert look(library) < LONGEST
    assert any("pattern too large" in str(problem) for problem in library.problems())


def test_a_process_that_dies_leaves_the_file_to_this_one(
    place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def dies(work: Callable[[], str]) -> str:
        return beside(partial(os._exit, 3))

    library = Library(place, today=lambda: DAY, beside=dies)
    library.refresh()
    (place / "base.yaml").write_text(GOOD)
    library.refresh()
    assert library.all()[0].source == GOOD
    assert library.faulty() == ()
    assert "its process ended with 3" in caplog.text


def test_a_file_that_takes_too_long_is_not_read_and_its_last_text_stays(place: Path) -> None:
    asked: list[object] = []

    def hangs(work: Callable[[], str]) -> str:
        asked.append(work)
        return beside(partial(time.sleep, 600), Press(1.0)) if len(asked) == 1 else work()

    library = Library(place, today=lambda: DAY, beside=hangs)
    library.refresh()
    (place / "base.yaml").write_text(GOOD)
    library.refresh()
    (faulty,) = library.faulty()
    assert "not read: it takes longer than 1 s" in told(faulty)
    assert library.all()[0].source == BASE
    assert "not read: it takes longer than 1 s" in str(library.problems()[0])
    library.refresh()
    assert len(asked) == 1, "it is not tried until it changes"
    (place / "base.yaml").write_text(BASE)
    library.refresh()
    assert library.faulty() == ()


def test_only_the_one_of_many_that_takes_too_long_is_refused(place: Path) -> None:
    def hangs(work: Callable[[], str]) -> str:
        if any(name == "slow.yaml" for name, _ in work.args[0]):  # type: ignore[attr-defined]
            raise TooMuch("it takes longer than 15 s")
        return work()

    library = Library(place, today=lambda: DAY, beside=hangs)
    library.refresh()
    for name in ("quick", "slow"):
        (place / f"{name}.yaml").write_text(GOOD.replace("id: base", f"id: {name}", 1))
    library.refresh()
    assert [one.procedure.id for one in library.all()] == ["base", "quick"]
    assert [one.path for one in library.faulty()] == ["slow.yaml"]


def test_a_file_that_changes_while_it_is_judged_is_looked_at_again(place: Path) -> None:
    changed = GOOD.replace("severity: SEV2", "severity: SEV1")

    def slowly(work: Callable[[], str]) -> str:
        if (place / "base.yaml").read_text() != changed:
            (place / "base.yaml").write_text(changed)
        return work()

    library = Library(place, today=lambda: DAY, patient=True, beside=slowly)
    (place / "base.yaml").write_text(BASE)
    os.utime(place / "base.yaml", (1, 1))
    library.refresh()
    (place / "base.yaml").write_text(GOOD)
    library.refresh()
    library.refresh()
    assert library.all()[0].source == BASE
    library.refresh()
    assert library.all()[0].source == changed


def test_a_good_text_of_the_largest_size_costs_its_reader_little(place: Path) -> None:
    library = Library(place, today=lambda: DAY, beside=beside)
    library.refresh()
    steps = "".join(
        f"  - id: x{n}\n    title: Title {n}\n    do: {'word ' * 150}\n" for n in range(290)
    )
    (place / "base.yaml").write_text(BASE.replace("steps:\n", f"steps:\n{steps}", 1))
    assert look(library) < LONGEST
    assert library.faulty() == ()
    assert len(library.all()[0].procedure.steps) > 290


def test_a_refused_file_names_its_owner(place: Path) -> None:
    library = Library(place, today=lambda: DAY, beside=beside)
    library.refresh()
    (place / "other.yaml").write_text(f"{BASE.replace('schema:', 'shema:')}")
    library.refresh()
    (faulty,) = library.faulty()
    assert faulty.owner == "platform (#oncall)"
