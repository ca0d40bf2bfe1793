"""One page of figures for each run of the benches."""

import pytest

from tests.bench import report
from tests.bench.databases import disk


@pytest.fixture(scope="session", autouse=True)
def page() -> None:
    report.begin(disk())
