"""Walk a team through incident procedures in Slack."""
