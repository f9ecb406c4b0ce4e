"""The way in: texts to the reception and receipts to the postbox, each acknowledged once it is safe."""
