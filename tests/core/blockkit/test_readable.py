"""What a message says as people see it, whatever it is made of."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.blockkit.readable import SHARED, said

APP: dict[str, Any] = {"bot_id": "B1", "text": "for the notification"}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def rich(*parts: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(parts)}]}


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([{"type": "section", "text": mrkdwn("<@U1> a &lt; b")}], "<@U1> a &lt; b"),
        ([{"type": "header", "text": plain("a < <@U1>")}], "a &lt; &lt;@U1&gt;"),
        ([{"type": "section", "fields": [mrkdwn("*CPU*"), plain("99")]}], "*CPU*\n99"),
        (
            [{"type": "context", "elements": [mrkdwn("by"), {"type": "image", "alt_text": "x"}]}],
            "by x",
        ),
        ([{"type": "markdown", "text": "# It <b>fell</b>"}], "# It &lt;b&gt;fell&lt;/b&gt;"),
        ([{"type": "image", "alt_text": "a graph", "title": plain("Load")}], "Load"),
        ([{"type": "image", "alt_text": "a graph"}], "a graph"),
        (
            [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"text": "b"}]]}],
            "a | b",
        ),
        (
            [
                rich(
                    {"type": "text", "text": "see "},
                    {"type": "user", "user_id": "U1"},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "usergroup", "usergroup_id": "S1"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "emoji", "name": "fire"},
                    {"type": "link", "url": "https://a.example", "text": "it"},
                )
            ],
            "see <@U1><#C1><!subteam^S1><!here>:fire:<https://a.example|it>",
        ),
        (
            [rich({"type": "text", "text": "x = 1"}, kind="rich_text_preformatted")],
            "```\nx = 1\n```",
        ),
        ([{"type": "actions", "elements": [plain("Press")]}, {"type": "divider"}], ""),
    ],
)
def test_blocks_are_what_people_see_of_an_apps_post(blocks: Any, words: str) -> None:
    assert said({**APP, "blocks": blocks}) == (words or APP["text"])


def test_the_blocks_of_a_person_say_what_their_text_says() -> None:
    typed = {"text": "it fell", "blocks": [rich({"type": "text", "text": "it fell"})]}
    assert said(typed) == "it fell"


def test_attachments_are_words_and_previews_of_links_are_none() -> None:
    alert = {
        "title": "Disk",
        "text": "99 %",
        "fields": [{"title": "node", "value": "n1"}, {"value": "alone"}],
        "footer": "prod",
        "fallback": "Disk 99 %",
    }
    preview = {"from_url": "https://a.example", "title": "A page"}
    told = said({**APP, "text": "red", "attachments": [alert, preview, {"fallback": "only"}]})
    assert told == "red\nDisk\n99 %\nnode: n1\nalone\nprod\nonly"


@pytest.mark.parametrize("sign", ["is_msg_unfurl", "is_share"])
def test_of_a_message_from_elsewhere_only_that_it_was_shared(sign: str) -> None:
    secret = {sign: True, "text": "the password is swordfish", "channel_id": "C0PRIVATE"}
    assert said({"text": "look", "attachments": [secret]}) == f"look\n{SHARED}"


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["type", "text", "elements", "fields", "rows", "blocks", "attachments", "value"]
            ),
            st.one_of(
                inner,
                st.sampled_from(["section", "context", "rich_text", "rich_text_list", "table"]),
            ),
            max_size=5,
        ),
    ),
    max_leaves=30,
)


@given(anything, anything, st.booleans())
def test_whatever_comes_is_read_or_passed_over(blocks: Any, attachments: Any, by: bool) -> None:  # noqa: FBT001 - drawn
    message = {"text": "it", "blocks": blocks, "attachments": attachments}
    assert isinstance(said({**message, "bot_id": "B1"} if by else message), str)


def test_what_is_nested_too_deep_is_passed_over() -> None:
    inner: dict[str, Any] = {"type": "rich_text_list", "elements": []}
    for _ in range(5_000):
        inner = {"type": "rich_text_list", "elements": [inner]}
    assert said({**APP, "blocks": [{"type": "rich_text", "elements": [inner]}]}) == APP["text"]
