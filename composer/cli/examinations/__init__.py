"""What ``newsletter doctor`` looks at, one module each: it looks, changes nothing, and gives Diagnoses."""
