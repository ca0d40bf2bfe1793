"""The file with the skeleton of post-mortems; the last good one is used while it has errors."""

import logging
from collections.abc import Callable
from pathlib import Path

from bot.core.documents.postmortem.skeleton import Skeleton
from bot.core.lint import Problem
from bot.core.lint.skeleton import examine_skeleton
from bot.edges.library.reader import MAX_BYTES

logger = logging.getLogger(__name__)


class SkeletonError(Exception):
    """The skeleton cannot be used; the message says where and why."""


def is_skeleton(name: str) -> bool:
    """Whether a file is one by its name."""
    return name.lower().endswith(".md")


class SkeletonFile:
    """One file, read anew for each document; whoever reads it blocks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._good: Skeleton | None = None
        self._told = ""

    def read(self) -> Skeleton | None:
        """The skeleton as it is now; the last good one where it cannot be used, None without."""
        skeleton, problems = self._look(str(self._path))
        wrong = next((str(one) for one in problems if one.severity == "error"), "")
        if wrong != self._told and wrong:
            logger.error("the skeleton of post-mortems is not used as it is now: %s", wrong)
        self._told = wrong
        if skeleton is not None:
            self._good = skeleton
        return self._good

    def examined(self, name: str) -> tuple[Problem, ...]:
        """What is wrong with it; *name* is what that is filed under."""
        return self._look(name)[1]

    def _look(self, name: str) -> tuple[Skeleton | None, tuple[Problem, ...]]:
        try:
            with self._path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                return None, (_wrong(name, f"the file has more than {MAX_BYTES:,} bytes"),)
            return examine_skeleton(content.decode(), name)
        except OSError as error:
            return None, (_wrong(name, f"the file cannot be read: {error.strerror or error}"),)
        except UnicodeDecodeError:
            return None, (_wrong(name, "the file is not UTF-8"),)


def reader(path: Path | None) -> Callable[[], Skeleton | None]:
    """What reads the skeleton in this file, if there is one; raises SkeletonError if faulty."""
    if path is None:
        return lambda: None
    file = SkeletonFile(path)
    for problem in file.examined(str(path)):
        if problem.severity == "error":
            raise SkeletonError(f"RUNBOOK_SKELETON: {problem}")
    return file.read


def _wrong(name: str, why: str) -> Problem:
    return Problem(name, 1, 1, "error", why)
