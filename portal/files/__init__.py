"""Files: what they are, what they may be called, where their bytes lie."""
