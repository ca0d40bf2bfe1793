"""How many examples a property is tried with: all of them, or in development a tenth.

`HYPOTHESIS_PROFILE=dev` chooses the tenth. No example has a deadline: how long one takes says
nothing on a busy machine.
"""

import os

from hypothesis import settings

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "full")


def examples(full: int) -> int:
    """For a property that needs more or fewer examples than others: as many in the profile."""
    return max(5, full // 10) if PROFILE == "dev" else full


settings.register_profile("full", deadline=None, max_examples=60)
settings.register_profile("dev", deadline=None, max_examples=6)
settings.load_profile(PROFILE)
