"""A run: what happened, what is known of it after each entry, and what is asked of it."""
