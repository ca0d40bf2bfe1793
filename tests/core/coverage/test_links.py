"""Where links of alerts lead, and what a page can be linked to by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.coverage import Link, Repository, Where, anchors, link_of, same_repository

HERE = Repository("github.com", "Acme/Rules", frozenset({"HEAD", "main", "fix/disks"}))
LAB = Repository("git.example.com", "sre/team/rules", frozenset({"main"}))


@pytest.mark.parametrize(
    ("link", "where", "paths", "anchor"),
    [
        (
            "https://github.com/acme/rules/blob/main/docs/a.md#top",
            Where.WITHIN,
            ("docs/a.md",),
            "top",
        ),
        ("https://github.com/Acme/Rules/tree/HEAD", Where.WITHIN, ("",), ""),
        ("https://github.com/acme/rules/tree/main/docs%20x/", Where.WITHIN, ("docs x",), ""),
        ("https://github.com/acme/rules/blob/fix/disks/a.md", Where.WITHIN, ("a.md",), ""),
        ("https://raw.githubusercontent.com/acme/rules/main/a.md", Where.WITHIN, ("a.md",), ""),
        (
            "https://raw.githubusercontent.com/acme/rules/refs/heads/main/a.md",
            Where.WITHIN,
            ("a.md",),
            "",
        ),
        # Another state, another repository, and pages that are no files, are not on this disk.
        ("https://github.com/acme/rules/blob/v1.0/a.md", Where.ELSEWHERE, None, ""),
        ("https://github.com/acme/rules-2/blob/main/a.md", Where.ELSEWHERE, None, ""),
        ("https://github.com/acme/rules/wiki/DiskFull", Where.ELSEWHERE, None, ""),
        ("https://github.com/acme/rules", Where.ELSEWHERE, None, ""),
        ("http://wiki/DiskFull", Where.ELSEWHERE, None, ""),
        ("docs/a.md#b", Where.RELATIVE, ("docs/a.md",), "b"),
        ("./a.md", Where.RELATIVE, ("./a.md",), ""),
        ("/runbooks/a", Where.RELATIVE, ("/runbooks/a",), ""),
        ("#b", Where.RELATIVE, ("",), "b"),
        ("TODO", Where.NOWHERE, (), ""),
        ("n/a yet", Where.NOWHERE, (), ""),
        ("", Where.NOWHERE, (), ""),
        ("javascript:alert(1)", Where.NOWHERE, (), ""),
        ("https://[::1/x", Where.NOWHERE, (), ""),
        ("https://wiki/" + 2_000 * "x", Where.NOWHERE, (), ""),
        ("https://wiki/{{ $labels.job }}", Where.TEMPLATE, (), ""),
        ("https://wiki/${TEAM}", Where.TEMPLATE, (), ""),
    ],
)
def test_a_link_is_read(
    link: str, where: Where, paths: tuple[str, ...] | None, anchor: str
) -> None:
    found = link_of(link, HERE)
    assert found == Link(where, (link,) if paths is None else paths, found.anchor)
    assert found.anchor == anchor


def test_a_link_of_the_other_forge_is_read() -> None:
    link = "https://git.example.com/sre/team/rules/-/blob/main/a.md?ref_type=heads#l"
    assert link_of(link, LAB) == Link(Where.WITHIN, ("a.md",), "l")
    assert link_of(link, HERE).where is Where.ELSEWHERE


def test_what_repository_it_stands_in_need_not_be_known() -> None:
    link = "https://github.com/acme/rules/blob/main/a.md"
    assert link_of(link, None).where is Where.ELSEWHERE


@pytest.mark.parametrize(
    ("remote", "known"),
    [
        ("https://github.com/acme/rules.git", ("github.com", "acme/rules")),
        ("https://who:secret@github.com/acme/rules", ("github.com", "acme/rules")),
        ("git@github.com:acme/rules.git", ("github.com", "acme/rules")),
        ("ssh://git@git.example.com:2222/sre/rules.git/", ("git.example.com", "sre/rules")),
        ("/srv/git/rules", None),
        ("../rules", None),
        ("", None),
    ],
)
def test_a_remote_says_where_it_is_hosted(remote: str, known: tuple[str, str] | None) -> None:
    assert same_repository(remote) == known


def test_headings_are_what_a_page_is_linked_to_by() -> None:
    page = """
# Disk *full*: what now?
## `df -h` & friends #
Setext too
----------
## Again
## Again
```
# not one
```
<a id="Old-Name"></a> and <h2 name='other'>x</h2>
### [A link](https://example.com)
"""
    assert anchors(page) == {
        "disk-full-what-now",
        "df--h--friends",
        "setext-too",
        "again",
        "again-1",
        "old-name",
        "other",
        "a-link",
    }


@given(st.text(max_size=400))
def test_any_words_are_read(text: str) -> None:
    anchors(text)
    found = link_of(text, HERE)
    assert found.where in Where
    same_repository(text)
