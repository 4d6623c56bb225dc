"""What `newsletter subscribers` does with one person: known of them, proved, given out, erased."""
