"""What any test may ask for: a PostgreSQL server, one for each of pytest's workers."""

from collections.abc import Iterator

import pytest

from tests import profiles  # noqa: F401 - chooses Hypothesis's profile for every test
from tests.postgres import Cluster


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
