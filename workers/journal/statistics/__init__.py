"""Statistics in the journal: messages counted as they end, and what is read from the counts."""
