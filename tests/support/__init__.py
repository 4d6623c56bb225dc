"""Real things that tests run against: databases, SMTP servers, a browser."""
