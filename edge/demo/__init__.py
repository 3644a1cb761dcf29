"""The demo: a whole gateway on one machine, from a video to a subscriber, with a ledger at the end."""
