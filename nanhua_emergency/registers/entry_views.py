"""Pages of one entry."""
