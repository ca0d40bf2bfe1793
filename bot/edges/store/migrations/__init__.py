"""The steps from one schema to the next, run by `bot.edges.store.migrate` and by nobody else."""
