"""Placeholders: exactly two braces and a name, and nothing that computes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.template import fill, malformed, names


def test_a_name_is_replaced_by_its_value_wherever_it_stands() -> None:
    assert fill("{{ a }}-{{b}}-{{  a  }}", {"a": "1", "b": "2"}) == "1-2-1"


def test_a_name_without_a_value_keeps_its_braces() -> None:
    assert fill("run {{ node }}", {}) == "run {{ node }}"


def test_escaped_braces_become_braces() -> None:
    assert fill(r"docker ps --format '\{{.Names}}' {{ a }}", {"a": "1"}) == (
        "docker ps --format '{{.Names}}' 1"
    )


def test_a_value_is_not_looked_into() -> None:
    assert fill("{{ a }}", {"a": "{{ b }}", "b": "2"}) == "{{ b }}"


@pytest.mark.parametrize("text", ["{{", "{{ a.b }}", "{{ a | b }}", "{{ 1 }}", "{{}}", "x {{ a }"])
def test_other_braces_are_malformed(text: str) -> None:
    assert malformed(text)


@pytest.mark.parametrize("text", ["", "{{ a }}", r"\{{ a.b }}", "{ a }", "}}", "{{a}}{{b}}"])
def test_placeholders_and_single_braces_are_not(text: str) -> None:
    assert not malformed(text)


@settings(deadline=None)
@given(st.text(alphabet="{}\\ ab.", max_size=30))
def test_filling_leaves_nothing_that_has_a_value(text: str) -> None:
    known = dict.fromkeys(names(text), "")
    if not malformed(text) and "\\" not in text:
        assert list(names(fill(text, dict.fromkeys(known, "V")))) == []
