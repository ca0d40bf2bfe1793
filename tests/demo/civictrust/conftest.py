"""Real systems to test against: three node processes each, and the real command."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.demo.civictrust.system import CivicTrust
from tests.demo.civictrust.keyboard import QUICK, Operator


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[CivicTrust]:
    async with CivicTrust.serve(data=tmp_path / "demo", pace=QUICK) as running:
        yield running


@pytest.fixture
def operator(system: CivicTrust, http: aiohttp.ClientSession) -> Operator:
    return Operator(system.url, system.launcher, http)
