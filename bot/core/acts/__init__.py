"""Acts: one module for each thing that a person, or the bot by itself, can do to a run.

A module has all of it: what is asked for, the rule, what the facts change, what they set off, the
buttons and the form, the words in the thread and in the post-mortem. No act knows another.
"""
