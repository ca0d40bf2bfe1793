"""How many examples a property is tried with: in `make test` a quarter, in `make chaos` all.

`HYPOTHESIS_PROFILE=dev` chooses a tenth, for development. Which examples is chosen at random each
time, so what a short form leaves out today it tries another day. No example has a deadline: how
long one takes says nothing on a busy machine.
"""

import os
import random
from collections.abc import Iterable, Sequence
from typing import TypeVar

from hypothesis import settings

SHARES = {"full": 1, "short": 4, "dev": 10}
"""The profiles -> of how many examples they try one."""

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "short")
FULL = 60

Case = TypeVar("Case")


def examples(full: int) -> int:
    """For a property that needs more or fewer examples than others: as many in the profile."""
    return min(full, max(5, full // SHARES[PROFILE]))


def some(cases: Iterable[Case]) -> Sequence[Case]:
    """Of the cases of a test that tries them all in `make chaos`: as many as in the profile.

    Such a test has the mark `sampled`, and says of a case that fails which one it is.
    """
    them = list(cases)
    few = random.sample(range(len(them)), examples(len(them)))
    return [them[at] for at in sorted(few)]


for name, share in SHARES.items():
    settings.register_profile(name, deadline=None, max_examples=FULL // share)
settings.load_profile(PROFILE)
