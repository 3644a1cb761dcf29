"""Self-checkout: scanner and scale → session → sale. Not built yet."""
