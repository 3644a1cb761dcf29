"""Smart shelves: bytes → WeightReading → StableWeight → stock. Not built yet."""
