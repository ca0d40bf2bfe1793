"""The edge to Slack: what arrives, what is shown, and who is who."""
