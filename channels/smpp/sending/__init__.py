"""The way out: answers from the postbox within window and rate, and back what became of them."""
