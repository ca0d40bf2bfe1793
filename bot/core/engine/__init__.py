"""The engine: commands in, facts out; facts in, a run and its effects out. Acts say the rest."""
