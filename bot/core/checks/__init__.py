"""Checks: what a look at a target says, held to what is expected of it."""
