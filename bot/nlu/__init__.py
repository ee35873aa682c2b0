"""Graph components around `language`, one a file."""
