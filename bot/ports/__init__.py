"""What the desk, the painter and the rounds need of the outside, and nothing of how it is done.

The edges keep these promises; the tests run the same suite against an edge and against its fake.
"""
