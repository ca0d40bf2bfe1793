"""Where several workers share the tests: which are dealt out together, and in which order."""

import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.order import WAITING, mixed, scope

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/e2e/test_stories.py::test_crash", "browser"),
        ("tests/e2e/test_pictures.py::test_it", "browser"),
        ("tests/chaos/test_upgrade.py::test_it[3]", "upgrade"),
        ("tests/core/test_text.py::test_it[a@b]", "tests/core/test_text.py::test_it[a@b]"),
    ],
)
def test_what_runs_one_after_another_is_one_group(nodeid: str, group: str) -> None:
    assert scope(nodeid) == group


def test_those_of_a_group_run_on_one_worker(tmp_path: Path) -> None:
    """By the scheduler that the suite has, in a session of its own."""
    inside = tmp_path / "tests" / "e2e"
    inside.mkdir(parents=True)
    (inside / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('number', range(8))\n"
        "def test_it(number, worker_id):\n"
        f"    with open({str(tmp_path / 'said')!r}, 'a') as said:\n"
        "        print(worker_id, file=said)\n"
    )
    (tmp_path / "conftest.py").write_text(
        "from tests.order import InGroups\n"
        "def pytest_xdist_make_scheduler(config, log):\n"
        "    return InGroups(config, log)\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"]
    environ = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, check=False)  # noqa: S603 - ours
    assert done.returncode == 0, done.stdout.decode()
    assert len(set((tmp_path / "said").read_text().split())) == 1


class Item:
    """What the order asks of a test."""

    def __init__(self, path: str) -> None:
        self.path = ROOT / "tests" / path


def test_those_that_wait_are_dealt_out_among_the_others() -> None:
    """All are there once, those that take longest first, and the last ones are none that wait."""
    modules = [f"core/test_{n:02}.py" for n in range(20)]
    items: list[Any] = [Item(path) for path in ["story/a.py"] * 6 + ["chaos/a.py"] * 4]
    items += [Item(path) for path in modules for _ in range(3)]
    ordered = mixed(items)
    assert sorted(map(id, ordered)) == sorted(map(id, items))
    rooms = [item.path.parent.name for item in ordered]
    assert [room for room in rooms if room in WAITING] == ["chaos"] * 4 + ["story"] * 6
    assert rooms[-6:] == ["core"] * 6
    apart = [n for n, room in enumerate(rooms) if room in WAITING]
    assert max(b - a for a, b in itertools.pairwise(apart)) <= 10
    assert [item for item in ordered if item.path.parent.name == "core"] == items[10:]
