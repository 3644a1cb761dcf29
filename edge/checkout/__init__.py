"""Self-checkout: barcodes and prices so far; the session that sells with them is not built yet."""
