"""A second register full of made-up data, to look around in."""
