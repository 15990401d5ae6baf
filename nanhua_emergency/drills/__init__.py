"""Village drills: planned, recorded, confirmed, learned from."""
