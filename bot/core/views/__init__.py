"""What people see of a run in Slack, and what their clicks and words mean."""
