"""Excel and CSV in and out: what a file says, and which of its cells are wrong."""
