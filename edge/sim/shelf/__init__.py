"""A simulated shelf: physics of load cells, shoppers with known truth, and twins of scales on pseudo terminals.

It is what the cores are tested against, and shares no code with them.
"""
