"""``make bench`` measures speed and memory, each beside its peers in the same run."""
