"""A scale is a thing of its own: the protocols that scales speak, and grams that can be believed.

bytes ─▶ driver ─▶ WeightReading ─▶ weighing ─▶ what lies there, settled. Shelves and checkouts stand on it.
"""
