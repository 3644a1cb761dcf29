"""A shopper at a lane, from the first scan to paid: a state, inputs, and what follows from them. Pure."""
