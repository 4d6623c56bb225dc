"""What a language decides: fixed words, dates, typography."""
