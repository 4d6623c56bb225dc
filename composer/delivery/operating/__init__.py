"""What a person decides about a mailing, and the evidence that settles what is unknown."""
