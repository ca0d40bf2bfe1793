"""A procedure's Markdown on the board: Slack takes all of it, and its words are all there."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.blockkit import rich_text as markdown
from bot.core.blockkit.blocks import rich
from bot.demo.workspace.blocks.judge import judge_message
from tests.core.drawn import aloud
from tests.core.strategies import hostile

pieces = st.sampled_from(
    [
        *("- a\n", "  - b\n", "7. c\n", "> d\n", "> - e\n", "```\nf\n```\n", "    g\n", "# h\n"),
        *("[i](https://h.example)", "[](<>)", "![j](k)", "`l`", "**m** ", "~~n~~ ", "\n\n"),
        *("---\n", "o\\\np\n", "| q | r |\n|---|---|\n| [s](https://t.example) | u |\n"),
        *("see https://v.example/w. ", "(http://x.example/y)"),
    ]
)


def said(text: str) -> str:
    return aloud([rich(*markdown.rich_text(text))])


def clickable(value: Any) -> dict[str, str]:
    if isinstance(value, list):
        return {url: label for inner in value for url, label in clickable(inner).items()}
    if not isinstance(value, dict):
        return {}
    if value.get("type") == "link":
        return {value["url"]: value["text"]}
    return clickable(list(value.values()))


def links(value: Any) -> list[str]:
    if isinstance(value, dict):
        here = [value["url"]] if value.get("type") == "link" else []
        return here + [url for inner in value.values() for url in links(inner)]
    return [url for inner in value for url in links(inner)] if isinstance(value, list) else []


@given(st.one_of(hostile, st.lists(pieces, max_size=12).map("".join), st.text(max_size=80)))
def test_slack_takes_any_markdown_and_every_link_is_to_the_web(text: str) -> None:
    elements = markdown.rich_text(text)
    if elements:
        assert judge_message([rich(*elements)]) == ("", [])
    assert all(re.match(r"https?://|mailto:", url) for url in links(elements))


@given(st.lists(st.from_regex(r"[a-z]{3,8}", fullmatch=True), min_size=1, max_size=8))
def test_plain_words_are_kept_as_they_are(words: list[str]) -> None:
    text = " ".join(words)
    assert said(text) == text
    assert said("\n\n".join(words)) == "\n".join(words)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Run `ls` **now**", "Run ls now"),
        ("# Head\ntext", "Head\ntext"),
        ("- a\n- b\n  - c\n- d", " • a\n • b\n   • c\n • d"),
        ("1. a\n2. b\n   - c\n3. d", " 1. a\n 2. b\n   • c\n 3. d"),
        ("4. a\n5. b", " 4. a\n 5. b"),
        ("| Node | Port |\n|---|---|\n| a | 80 |", "    $ Node  Port\n----  ----\na     80"),
        (
            "- a\n\n  | b |\n  |---|\n  | [c](https://d.example) |\n- e",
            " • a\n    $ b\n-\nc\nc\n • e",
        ),
        ("1. Stop it:\n\n   ```\n   stop\n   ```\n2. b", " 1. Stop it:\nstop\n 2. b"),
        ("> one\n>\n> two\n> - three\n> - four", "> one\ntwo\n• three\n• four"),
        ("```sh\na --b\n  c\n```", "    $ a --b\n  c"),
        ("a\\\nb", "a\nb"),
        ("a\nb", "a b"),
        ("<b>x</b> <!channel>", "<b>x</b> <!channel>"),
        ("![a graph](g.png)", "a graph"),
        ("---", "———"),
    ],
)
def test_markdown_is_read_as_it_is_meant(text: str, read: str) -> None:
    assert said(text) == read


@pytest.mark.parametrize(
    "text",
    ["[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](ftp://h)", "[x](/etc)", "[](<>)"],
)
def test_a_link_to_anywhere_but_the_web_is_words(text: str) -> None:
    elements = markdown.rich_text(text)
    assert links(elements) == []
    assert judge_message([rich(*elements)]) == ("", [])


def test_a_link_keeps_its_address_its_words_and_its_weight() -> None:
    [paragraph] = markdown.rich_text("see **[the *page*](https://h.example/?a=1&b=2)**")
    link = paragraph["elements"][1]
    assert (link["url"], link["text"]) == ("https://h.example/?a=1&b=2", "the page")
    assert link["style"] == {"bold": True}


def test_a_mention_in_a_procedure_wakes_nobody() -> None:
    """Rich text holds plain words: no piece is a user, a group or a broadcast."""
    [paragraph] = markdown.rich_text("<@U0ANA> <!here> @channel")
    assert {piece["type"] for piece in paragraph["elements"]} == {"text"}


def test_what_stands_in_backticks_is_code_in_a_list_of_plain_lines() -> None:
    made = markdown.bullets(["`status` says *down*", "a ` alone", "``", ""])
    shown = [line["elements"] for line in made["elements"]]
    assert shown[0] == [markdown.words("status", code=True), markdown.words(" says *down*")]
    assert shown[1:] == [[markdown.words(one)] for one in ("a ` alone", "``", "")]


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("see https://a.example/x?y=1.", {"https://a.example/x?y=1": "https://a.example/x?y=1"}),
        ("(http://a.example/b_(c))", {"http://a.example/b_(c)": "http://a.example/b_(c)"}),
        ("**https://a.example/**", {"https://a.example/": "https://a.example/"}),
        ("<https://a.example/x>", {"https://a.example/x": "https://a.example/x"}),
        ("cut off: https://a.example/b…", {}),
        ("`https://a.example/b`", {}),
        ("no place: https:// or http://[", {}),
        ("![the panel](https://a.example/p.png)", {"https://a.example/p.png": "🖼️ the panel"}),
        ("![the panel](p.png)", {}),
        ("| a |\n|-|\n| [b](https://c.example) |", {"https://c.example": "b"}),
    ],
)
def test_an_address_is_something_to_click_and_a_picture_is_a_link(
    text: str, leads: dict[str, str]
) -> None:
    assert clickable(markdown.rich_text(text)) == leads
