"""What any test may ask for: a local workspace and its people, a PostgreSQL server for a worker."""

import gc
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.store import upgrade
from tests import order, profiles  # noqa: F401 - chooses Hypothesis's profile for every test
from tests.chaos.plan import longest_first
from tests.chaos.progress import Progress
from tests.patience import _patient, impatient  # noqa: F401 - fixtures
from tests.postgres import Cluster
from tests.scratch import keep_in_memory


def pytest_configure(config: pytest.Config) -> None:
    """Keep files in memory, unless a disk is what the tests are about."""
    if "not chaos" in config.option.markexpr:
        keep_in_memory()
    elif config.option.markexpr == "chaos" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(config))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several workers share the tests, see to it that they are never all waiting."""
    if config.option.markexpr == "chaos":
        items[:] = longest_first(items)
    elif hasattr(config, "workerinput"):
        items[:] = order.mixed(items)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays until the end: every module, and every test."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal them out to the workers so that groups stay together."""
    return order.InGroups(config, log) if config.option.dist == "loadgroup" else None


def pytest_itemcollected(item: pytest.Item) -> None:
    """What tries a share of its examples in `make test` is part of `make chaos`, which has all."""
    sampled = item.get_closest_marker("sampled") is not None
    drawn = hasattr(getattr(item, "obj", None), "hypothesis")
    asked = item.config.getoption("markexpr").split(" ")
    if (sampled or drawn) and asked[0] == "chaos":
        item.add_marker(pytest.mark.chaos)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with Cluster() as running:
        yield running


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """An empty database of the test's own."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def _migrated(postgres: Cluster) -> str:
    url = postgres.create_database()
    upgrade(url)
    return url


@pytest.fixture
def postgres_ready(postgres: Cluster, _migrated: str) -> Iterator[str]:
    """A database of the test's own with the newest schema, and nothing in it."""
    url = postgres.create_database(like=_migrated)
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def _new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("new") / "runbook.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def file_ready(_new_file: Path, tmp_path: Path) -> str:
    """The URL of a file with the newest schema, and nothing in it."""
    path = tmp_path / "runbook.db"
    shutil.copy(_new_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach what is on this machine directly, whatever the machine says of the way out."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
async def workspace(no_proxy: None) -> AsyncIterator[Workspace]:
    """A workspace of the test's own, with the manifest that comes with it."""
    async with Workspace.serve() as running:
        yield running


@pytest.fixture
async def people(workspace: Workspace) -> AsyncIterator[PersonClient]:
    """Everybody in the workspace: who acts is said with each call."""
    async with PersonClient(workspace.url) as client:
        yield client
