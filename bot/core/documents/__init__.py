"""Documents that the bot writes: what stands in them, apart from what they are written in."""
