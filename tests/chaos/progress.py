"""Says where `make chaos` stands, and what each scenario came to, also where workers play it."""

import time
from collections.abc import Sequence
from typing import Any

import pytest


class Progress:
    """A plugin of the process whose output is read."""

    def __init__(self, config: pytest.Config) -> None:
        self._config, self._begun = config, time.monotonic()
        self._number = self._of = 0

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: Sequence[str]) -> None:
        self._of = len(ids)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._of = self._of or len(session.items)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._number += 1
        if "/chaos/" in nodeid:
            minutes = (time.monotonic() - self._begun) / 60
            name = nodeid.rpartition("::")[2].partition("@")[0]
            self._say(f"[{self._number} of {self._of}, {minutes:.0f} min so far] {name}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed and "/chaos/" in report.nodeid:
            for line in report.capstdout.splitlines():
                if line.strip():
                    self._say(line)

    def _say(self, line: str) -> None:
        terminal: Any = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None:
            # The dots of others stand at the end of a line.
            terminal.write(f"\n{line}", flush=True)
