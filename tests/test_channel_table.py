"""The table of what can be wrong with a channel: each of its rows is played by a test."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

PLAYED: Mapping[str, tuple[str, str]] = {
    "renamed": ("channels", "a_renamed_channel_is_the_same_channel"),
    "archived": ("channels", "a_run_in_an_archived_channel_goes_on_in_another_one"),
    "archive it": (
        "archiving",
        "it_is_told_then_written_up_then_archived_once_and_reopened_from_home",
    ),
    "unarchived": ("channels", "who_unarchives_a_channel_is_told_that_the_bot_is_not_back"),
    "deleted": ("channels", "a_deleted_channel_is_told_once_and_the_run_goes_on_in_another_one"),
    "shared": ("channels", "who_works_in_a_channel_that_is_shared_hears_who_reads_it_now"),
    "its id changed": ("channels", "a_channel_with_another_id_is_the_same_channel"),
    "removed": ("channels", "who_works_is_told_how_to_bring_back_a_bot_that_was_removed"),
    "may not post": (
        "channels",
        "a_channel_that_takes_no_posts_is_told_to_who_starts_and_who_asks",
    ),
    "made again": ("channels", "a_new_bot_posts_a_new_board_once_it_is_in_the_channel"),
    "direct conversation": ("channels", "in_a_direct_conversation_a_form_asks_for_the_channel"),
    "guest": ("admission", "a_guest_acts_as_everyone_does"),
    "no channel of its own": (
        "new_channel",
        "without_the_scope_the_board_comes_where_it_was_typed_and_says_why",
    ),
    "private": (
        "new_channel",
        "a_private_one_that_cannot_be_made_is_nowhere_until_a_channel_is_chosen",
    ),
    "people cannot be invited": (
        "new_channel",
        "a_run_gets_a_channel_with_its_people_and_is_linked_where_it_was_typed",
    ),
}
"""By what is bold in a row's first column: the file among the stories, and the test there."""


CELLS = 4
"""What is the matter, what happens, who is told, how it heals."""


def rows() -> Iterator[list[str]]:
    for line in (ROOT / "docs" / "channels.md").read_text("utf-8").splitlines():
        if line.startswith("| ") and "**" in line.split("|")[1]:
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_each_row_is_played_and_each_test_plays_a_row() -> None:
    """If this fails: write the test of the row, and name it here."""
    found = [word for row in rows() for word in re.findall(r"\*\*([^*]+)\*\*", row[0])]
    assert sorted(found) == sorted(PLAYED)


def test_each_row_says_what_happens_who_is_told_and_how_it_heals() -> None:
    for row in rows():
        assert len(row) == CELLS
        assert all(row), row


@pytest.mark.parametrize("word", PLAYED)
def test_the_test_of_a_row_is_there(word: str) -> None:
    file, name = PLAYED[word]
    tree = ast.parse((ROOT / "tests" / "story" / f"test_{file}.py").read_text("utf-8"))
    tests = {one.name for one in tree.body if isinstance(one, ast.AsyncFunctionDef)}
    assert f"test_{name}" in tests
