"""How fast mail may leave: rates, quotas, warm-up, sending hours, and backing off when the other side asks for less."""
