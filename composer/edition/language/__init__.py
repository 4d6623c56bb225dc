"""A language decides the fixed words of templates, how dates are written, and the typography."""
