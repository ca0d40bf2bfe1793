"""What acts are made of: the records that each fills in, and the parts that several share.

Nothing here knows an act. `bot.core.acts` has a module for each, and a registry that lists them.
"""
