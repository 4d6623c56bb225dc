"""What comes back from relays after a send, and what follows from it for an address. It decides, and never writes."""
