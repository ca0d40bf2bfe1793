"""What runs: the desk, which takes commands, and the workers that converge on its facts."""
