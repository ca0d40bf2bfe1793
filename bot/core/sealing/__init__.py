"""The sealed record: what people wrote, who they are and what was seen can go, and the chain stays.

The body that is hashed holds commitments in their place: one for all words of an entry, a token
for each person. Salts and values lie beside it, in columns that are not hashed. Whoever holds them
can show that they belong there; once they are dropped, nothing tells what they were.
"""
