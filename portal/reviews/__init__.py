"""Periodic service reviews: what they say, how they are ordered and printed."""
