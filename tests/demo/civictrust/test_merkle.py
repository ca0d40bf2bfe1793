"""Merkle trees: RFC 6962's own examples, and what must hold for every tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.civictrust import merkle

EXAMPLE = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
leaves = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


@pytest.mark.parametrize(
    ("size", "root"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_the_root_is_that_of_the_certificate_transparency_examples(size: int, root: str) -> None:
    assert merkle.root(EXAMPLE[:size]).hex() == root


@given(leaves, st.data())
def test_every_leaf_has_a_proof_that_verifies(tree: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tree) - 1))
    proof = merkle.inclusion_proof(tree, index)
    assert merkle.verify_inclusion(tree[index], index, len(tree), proof, merkle.root(tree))


@given(leaves, st.data())
def test_a_proof_fits_no_other_leaf_place_size_or_root(
    tree: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(tree) - 1))
    proof, root = merkle.inclusion_proof(tree, index), merkle.root(tree)
    assert not merkle.verify_inclusion(tree[index] + b"x", index, len(tree), proof, root)
    assert not merkle.verify_inclusion(tree[index], len(tree), len(tree), proof, root)
    assert not merkle.verify_inclusion(tree[index], -1, len(tree), proof, root)
    assert not merkle.verify_inclusion(tree[index], index, len(tree), [*proof, root], root)
    assert not merkle.verify_inclusion(
        tree[index], index, len(tree), proof, merkle.root([*tree, b"new"])
    )
    if proof:
        assert not merkle.verify_inclusion(tree[index], index, len(tree), proof[:-1], root)
        assert not merkle.verify_inclusion(tree[index], index ^ 1, len(tree), proof, root) or (
            tree[index ^ 1] == tree[index]
        )


def test_there_is_no_proof_for_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(EXAMPLE, 8)
