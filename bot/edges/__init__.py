"""The edges: each speaks to one thing outside, and none imports another."""
