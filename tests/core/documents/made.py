"""Documents of any shape with any text in them, for Hypothesis."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from bot.core.markup.model import (
    Atom,
    Block,
    Break,
    Claim,
    Code,
    Document,
    Emphasis,
    Flag,
    Heading,
    Inline,
    Items,
    Link,
    Listing,
    Notice,
    Paragraph,
    Person,
    Strong,
    Table,
    Terms,
    Ticks,
    Time,
    Words,
    one_line,
)
from tests.core.strategies import HOSTILE, hostile

AT = datetime(2026, 11, 1, tzinfo=UTC)
URLS = (
    "https://h.example/a_b*c?x=1&lt;=2#(d)[e]",
    "http://h.example/) [x](javascript:alert(1)",
    "https://h.example/a|b\\`<i>",
    "mailto:a@h.example",
    "javascript:alert(1)",
    "data:text/html,<b>",
)


@st.composite
def named(draw: st.DrawFn, name: str) -> Any:
    """A strategy by its name: one inside another would be long to write out."""
    return draw(STRATEGIES[name])


_LETTERS = st.text("abc {}`", min_size=1, max_size=15).map(lambda text: f"x{text}")
STRATEGIES: dict[str, st.SearchStrategy[Any]] = {
    "anything": st.one_of(st.sampled_from(HOSTILE), hostile, st.text(max_size=20)).filter(one_line),
    "sentence": st.lists(_LETTERS, min_size=1, max_size=20).map(" ".join),
}


def _words(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Inline]:
    """A few parts in a row; some of them would make something of each other."""
    plain: st.SearchStrategy[Atom] = st.one_of(
        texts,
        st.sampled_from(["<", "&", "!", "_", "1", " ", "`", "*"]),
        st.builds(Words, texts),
        st.builds(Code, texts),
    )
    inner = st.lists(plain, min_size=1, max_size=2).map(tuple)
    atoms: st.SearchStrategy[Any] = st.one_of(
        plain,
        st.builds(Strong, inner),
        st.builds(Emphasis, inner),
        st.builds(Link, inner, st.sampled_from(URLS)),
        st.builds(Person, texts, st.none() | texts, st.booleans(), st.booleans()),
        st.builds(Time, st.just(AT), texts),
        st.builds(Flag, texts),
        st.builds(Break, st.booleans()),
    )
    # The first says something, so that every block does.
    first = st.one_of(texts, st.builds(Words, texts))
    return st.tuples(first, st.lists(atoms, max_size=3)).map(lambda made: (made[0], *made[1]))


def _table(cells: list[Inline]) -> Table:
    """Two rows, of which the first may be a header."""
    half = len(cells) // 2
    first, second = tuple(cells[:half]), tuple(cells[half : 2 * half])
    return Table(first, (second,)) if len(cells) % 2 else Table((), (first, second))


def _blocks(texts: st.SearchStrategy[str], words: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A block, with more in it where it is a list."""
    some = st.lists(words, max_size=2).map(tuple)
    claims = st.builds(Claim, words, st.just(()) | words, st.none() | texts, st.just(()) | words)
    terms = st.lists(st.tuples(texts, words), min_size=1, max_size=2).map(tuple)
    leaves: st.SearchStrategy[Block] = st.one_of(
        st.builds(Heading, st.integers(1, 6), words, some),
        st.builds(Paragraph, words),
        st.builds(Notice, words),
        st.builds(Listing, texts, st.booleans()),
        st.builds(Terms, terms),
        st.builds(Ticks, st.lists(claims, min_size=1, max_size=2).map(tuple)),
        st.lists(words, min_size=2, max_size=7).map(_table),
    )
    return st.recursive(
        leaves,
        lambda inner: st.builds(
            Items,
            st.lists(
                st.lists(inner, min_size=1, max_size=2).map(tuple), min_size=1, max_size=2
            ).map(tuple),
            st.booleans(),
        ),
        max_leaves=3,
    )


for _kind in ("anything", "sentence"):
    STRATEGIES[f"words of {_kind}"] = _words(named(_kind))
    STRATEGIES[f"block of {_kind}"] = _blocks(named(_kind), named(f"words of {_kind}"))


def documents(kind: str = "anything") -> st.SearchStrategy[Document]:
    """A few blocks; *kind* says what texts are in them: `anything`, or a `sentence` each."""
    blocks = st.lists(named(f"block of {kind}"), min_size=1, max_size=3)
    return blocks.map(lambda made: Document(tuple(made)))
