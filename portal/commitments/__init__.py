"""What both sides promised each other beside the cases: who, by when, and what became of it."""
