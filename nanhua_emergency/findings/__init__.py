"""What must be put right, whoever found it: drill, audit or review."""
