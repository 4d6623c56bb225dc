"""What an operator does with lists, and with one person at a time."""
