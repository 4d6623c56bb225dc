"""A theme: where its templates are found, what its tokens are, and what of it was rendered before."""
