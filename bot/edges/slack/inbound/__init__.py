"""What Slack sends: the door that checks it, and what is made of it."""
