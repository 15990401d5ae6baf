"""The contingency plans: editions, revisions, review, publication, filing."""
