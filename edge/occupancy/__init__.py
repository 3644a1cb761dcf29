"""Room: how many people are in the shop, over all its doors."""
