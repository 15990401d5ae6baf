"""County, town and village by 12-digit code, and what covers what."""
