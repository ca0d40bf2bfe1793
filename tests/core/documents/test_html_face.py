"""A page of HTML: nothing that is written is markup in it, and it asks nobody for anything."""

import hashlib
import re
from base64 import b64encode
from datetime import UTC, datetime
from html.parser import HTMLParser

from hypothesis import example, given, settings

from bot.core.markup.faces.html import write
from bot.core.markup.model import (
    Block,
    Code,
    Document,
    Heading,
    Items,
    Link,
    Listing,
    Notice,
    Paragraph,
    Person,
    Table,
    Time,
    Words,
    visible,
)
from tests.core.documents.made import documents
from tests.core.hostile import HOSTILE
from tests.core.story import SAID, key_compromise, render
from tests.core.strategies import START
from tests.profiles import examples

TAGS = frozenset(
    re.findall(
        r"\w+",
        """
    html head meta title style body main nav h1 h2 h3 h4 h5 h6 p ul ol li div table thead tbody
    tr th td pre code strong em b a time span bdi br script
""",
    )
)
EMPTY = {"meta", "br"}
ATTRIBUTES = frozenset(
    re.findall(
        r"[\w-]+",
        """
    lang charset http-equiv content name id class href rel role aria-label scope datetime
""",
    )
)
AT = datetime(2026, 11, 1, 3, 12, 5, tzinfo=UTC)


class Read(HTMLParser):
    """What a browser reads: the tags, their attributes, and the words that are in none of them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.odd: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.odd.append(tag)

    def handle_data(self, data: str) -> None:
        if not {"style", "script", "title"} & set(self.open):
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    def unknown_decl(self, data: str) -> None:
        self.odd.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def page(*blocks: Block) -> str:
    return write(Document(blocks))


def of(tag: str, read: Read) -> list[dict[str, str]]:
    return [attributes for name, attributes in read.tags if name == tag]


@given(documents())
@example(Document(tuple(Paragraph(Words(text)) for text in HOSTILE)))
@example(Document(tuple(Listing(text) for text in HOSTILE)))
@settings(max_examples=examples(150))
def test_nothing_that_is_written_is_markup(document: Document) -> None:
    read = Read(write(document))
    assert not read.odd
    assert not read.open
    assert {tag for tag, _ in read.tags} <= TAGS
    assert {name for _, attributes in read.tags for name in attributes} <= ATTRIBUTES
    assert {one["href"].partition(":")[0].lower() for one in of("a", read)} <= {
        "http",
        "https",
        "mailto",
        *(f"#section-{number}" for number in range(1, 4)),
    }
    assert visible(read.text.replace("\t", " ")) == read.text.replace("\t", " ")


def test_words_come_out_as_they_were_written() -> None:
    for text in HOSTILE:
        read = Read(page(Listing(text)))
        assert read.text.strip("\n") == visible("\n".join(text.splitlines())).strip("\n")


def test_the_policy_allows_what_is_in_the_page_by_its_hash_and_nothing_else() -> None:
    written = page(Paragraph(Time(AT, "03:12:05")))
    policy = next(one["content"] for one in of("meta", Read(written)) if "http-equiv" in one)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        inner = re.search(f"<{tag}>(.*?)</{tag}>", written, re.DOTALL)
        assert inner is not None
        made = b64encode(hashlib.sha256(inner[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{made}'" in policy
    assert not re.search(r"@import|url\(|\bsrc=", written)


def test_a_time_is_a_moment_that_a_program_reads() -> None:
    written = page(Paragraph(Time(AT, "03:12:05")))
    assert '<time datetime="2026-11-01T03:12:05Z">03:12:05</time>' in written
    assert "<script>" not in page(Paragraph("No time in it."))


def test_sections_are_listed_where_there_are_some() -> None:
    sections = [Heading(2, Words(f"Part <{n}>")) for n in (1, 2, 3)]
    read = Read(page(Heading(1, "All"), *sections))
    assert [one["href"] for one in of("a", read)] == ["#section-1", "#section-2", "#section-3"]
    assert [one["id"] for one in of("h2", read)] == ["section-1", "section-2", "section-3"]
    assert not of("nav", Read(page(*sections[:2])))


def test_the_title_is_that_of_the_document() -> None:
    assert "<title>Run &lt;b&gt; KC-7</title>" in page(
        Heading(1, ("Run ", Words("<b>"), " ", Code("KC-7")))
    )


def test_a_list_has_its_numbers_in_its_words() -> None:
    inner = Items(((Paragraph("inner"),),), numbered=True, letter="a")
    read = Read(page(Items(((Paragraph("outer"), inner),), numbered=True)))
    assert " ".join(read.text.split()) == "1. outer1a.1. inner"


def test_several_lines_stay_several_lines_and_a_table_has_its_cells() -> None:
    assert Read(page(Listing("one\ntwo"))).text.strip() == "one\ntwo"
    table = Table(("What", "When"), ((Words("a | b"), "now"), ("", "–")))
    read = Read(page(table))
    assert (len(of("th", read)), len(of("td", read))) == (2, 4)


def test_an_address_that_runs_something_is_words() -> None:
    read = Read(page(Paragraph(Link("here", "javascript:alert(1)"))))
    assert not of("a", read)
    assert "here (javascript:alert(1))" in read.text


def test_words_that_run_from_right_to_left_turn_nothing_around_them() -> None:
    written = page(Notice((Person("U1", "דנה"), " said ", Words("שלום (ok)"))))
    assert "<bdi>דנה</bdi> said <bdi>שלום (ok)</bdi>" in written


def test_the_post_mortem_is_such_a_page() -> None:
    desk = key_compromise()
    written = render(desk.run, desk.facts, names={}, said=SAID, exported_at=START, face="html")
    read = Read(written)
    assert not read.odd
    assert len(of("nav", read)) == 1
    assert len(of("h1", read)) == 1
