"""When a post or an account changes hands: what hangs on it, and its move to the successor."""
