"""A bad example for lint: what is changed in the base file, and what must be said about it."""

from pathlib import Path
from typing import NamedTuple

BASE = (Path(__file__).parent / "lint_base.yaml").read_text()


class Case(NamedTuple):
    """What is replaced in the base file, by what, and what lint must say about it."""

    name: str
    old: str
    bad: str
    says: str
    fixed: str
    severity: str = "error"
