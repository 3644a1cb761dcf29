"""The simulated store: recorded clips and simulated devices with known truth, and a broker for them."""
