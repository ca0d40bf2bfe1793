"""A file with an error is taken for private where its text may say so: in doubt nobody sees it."""

import pytest

from bot.edges.library.entries import is_private


@pytest.mark.parametrize(
    "text",
    [
        "private: true",
        "id: a\nprivate: true\n",
        "  private:\n    true",
        '{"id": "a", "private": true}',
        "{private: yes}",
        "'private': 1",
        "private: falsely",
    ],
)
def test_what_may_be_private_is(text: str) -> None:
    assert is_private(text.encode())


@pytest.mark.parametrize("text", ["id: a\n", "private: false\n", "do: keep it private: it is\n"])
def test_what_says_nothing_of_it_is_not(text: str) -> None:
    assert not is_private(text.encode())
