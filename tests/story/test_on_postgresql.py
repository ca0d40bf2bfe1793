"""Stories of all that a procedure may ask for, played on PostgreSQL, with two replicas.

They are those that are played on SQLite, each by the test that writes the most kinds of entries:
here the same fixtures give the database of another kind.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.edges.store import upgrade
from tests.story.conftest import PROCEDURES, Bot
from tests.story.test_approving import (
    test_a_step_is_approved_by_another_in_the_thread_and_then_taken as test_approving,
)
from tests.story.test_archiving import (
    test_it_is_told_then_written_up_then_archived_once_and_reopened_from_home as test_archiving,
)
from tests.story.test_each import test_steps_are_done_for_each_node_and_each_lamp as test_each
from tests.story.test_evidence import (
    test_words_and_a_file_are_given_read_and_fetched as test_evidence,
)
from tests.story.test_failing import test_the_owner_is_told_once_in_their_channel as test_failing
from tests.story.test_hearing import FLOOD
from tests.story.test_hearing import (
    test_an_update_is_sent_once_in_each_channel_and_what_is_missed_is_heard as test_updating,
)
from tests.story.test_hearing import (
    test_who_is_called_says_that_they_come_and_the_post_is_true_to_the_end as test_hearing,
)
from tests.story.test_leading import (
    test_a_step_starts_another_procedure_and_hears_of_its_end as test_leading,
)
from tests.story.test_new_channel import VALVE
from tests.story.test_pins import (
    test_its_time_and_words_are_corrected_and_the_first_version_stays as test_pins,
)
from tests.story.test_roles import VAULT, dee
from tests.story.test_roles import (
    test_a_private_procedure_and_its_runs_are_there_for_those_whom_it_names as test_roles,
)
from tests.story.test_shift import (
    test_all_that_one_has_goes_to_who_accepts_it_and_not_before as test_shift,
)
from tests.story.test_shift import (
    test_all_that_one_has_in_several_runs_is_asked_for_by_one_message as test_shift_of_several,
)
from tests.story.test_time import (
    test_who_lets_a_step_lie_is_reminded_and_then_the_owner_once_each as test_time,
)
from tests.story.test_values import (
    test_a_correction_names_who_works_with_it_and_what_was_done_stays as test_values,
)
from tests.story.test_ways import (
    test_going_back_is_told_and_an_old_button_says_that_it_is_old as test_ways,
)

__all__ = [
    "dee",
    "test_approving",
    "test_archiving",
    "test_each",
    "test_evidence",
    "test_failing",
    "test_hearing",
    "test_leading",
    "test_pins",
    "test_roles",
    "test_shift",
    "test_shift_of_several",
    "test_time",
    "test_updating",
    "test_values",
    "test_ways",
]


@pytest.fixture
def environ(environ: dict[str, str], postgres_url: str, tmp_path: Path) -> dict[str, str]:
    copied = tmp_path / "procedures"
    shutil.copytree(PROCEDURES, copied)
    (copied / "vault.yaml").write_text(VAULT)
    (copied / "flood.yaml").write_text(FLOOD)
    (copied / "valve.yaml").write_text(VALVE)
    return {
        **environ,
        "RUNBOOK_DATABASE_URL": postgres_url,
        "RUNBOOK_PROCEDURES": str(copied),
        "RUNBOOK_ARCHIVE_AFTER": "7d",
    }


@pytest.fixture
async def bot(environ: dict[str, str]) -> AsyncIterator[Bot]:
    """The first of two replicas; clicks come to either."""
    await asyncio.to_thread(upgrade, environ["RUNBOOK_DATABASE_URL"])
    both = Bot(environ), Bot(environ)
    for one in both:
        await one.start()
    yield both[0]
    for one in both:
        await one.stop()
