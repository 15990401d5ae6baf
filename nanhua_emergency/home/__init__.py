"""The front page: what is due, late and missing."""
