"""Figures of a period, exactly as the definitions page says, and the month rows behind overviews."""
