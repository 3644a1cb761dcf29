"""Payment terminals: what one is, and adapters to them. No card data comes in here."""
