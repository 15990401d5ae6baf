"""Who did what, when: rows only added, chained by hash."""
