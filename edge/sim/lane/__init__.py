"""A simulated lane: goods, a bagging scale, shoppers honest and not, an attendant, and the truth about all of them.

What is drawn here is assumed, not observed: figures measured with it are simulated rates, not those of a shop.
"""
