"""Self-checkout: scanners, barcodes and prices, the session that sells with them, and whether the bag agrees."""
