"""The reference pages: written from the code, whole, and the same wherever they are written."""

from typing import get_args

import pytest

from bot.cli.main import parser
from bot.cli.reference import PAGES
from bot.config import Settings
from bot.core.run.events import Event, Happened
from tests.prompt import command_names


def test_every_setting_is_explained() -> None:
    page = PAGES["settings"](parser())
    for field in Settings.model_fields.values():
        assert f"\n| `{field.alias}` | " in page
        assert field.description


def test_every_fact_is_explained() -> None:
    page = PAGES["facts"](parser())
    for event in get_args(Event):
        kind = event.model_fields["kind"].default
        [row] = [line for line in page.splitlines() if line.startswith(f"| `{kind}` ")]
        summary = row.split(" | ")[2]
        assert summary.endswith((".", "…)."))
        own = event.model_fields.keys() - {"kind", "v", *Happened.model_fields}
        assert all(f"`{name}`" in row for name in own)
    assert all(f"`{name}`" in page for name in Happened.model_fields)


def test_every_command_is_explained() -> None:
    page = PAGES["commands"](parser())
    assert [line[11:] for line in page.splitlines() if line.startswith("## ")] == command_names()


def test_no_table_is_broken_by_what_stands_in_it() -> None:
    for name in ("settings", "facts"):
        rows = [r for r in PAGES[name](parser()).splitlines() if r.startswith("|")]
        assert len({row.count(" | ") for row in rows if "---" not in row}) == 1


@pytest.mark.parametrize("columns", ["20", "300"])
def test_a_page_does_not_depend_on_the_terminal(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = PAGES["commands"](parser())
    monkeypatch.setenv("COLUMNS", columns)
    assert PAGES["commands"](parser()) == expected
