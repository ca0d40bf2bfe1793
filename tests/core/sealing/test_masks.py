"""A mask leaves nothing of what it covers, also when someone in the text is erased."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.run import events as e
from bot.core.run.secrets import Secret, masked, place
from bot.core.sealing.body import Gone, seal, unseal
from bot.core.sealing.people import People
from tests.core.sealing.room import salts
from tests.core.strategies import ANA

PIECES = st.sampled_from(["<@U0BEN>", "<@U0BEN|ben>", "U012345678", " ", "word ", "\n", "é"])
AROUND = st.lists(PIECES, max_size=6).map("".join)


@given(AROUND, st.sampled_from(["k3y-7Q", "a U012345678 b", "x<@U0BEN>y"]), AROUND)
def test_a_mask_covers_all_of_it_whoever_is_erased(before: str, secret: str, after: str) -> None:
    text = f"{before}({secret}){after}"
    start = len(before) + 1
    end = start + len(secret)
    found = Secret(
        where="text", start=place(text, start), end=place(text, end, end=True), what="AWS key"
    )
    people = People()
    made = seal(e.NoteAdded(by=ANA, text=text), people, salts())
    gone = Gone(masks={2: (found,)})
    read = unseal(made.body, made.beside, people, seq=2, gone=gone)
    assert isinstance(read, e.NoteAdded)
    assert read.text == f"{before}({masked('AWS key')}){after}"
    for token in people.tokens:
        people.drop(token)
    left = unseal(made.body, made.beside, people, seq=2, gone=gone)
    assert isinstance(left, e.NoteAdded)
    assert f"({masked('AWS key')})" in left.text
    assert "k3y" not in left.text
