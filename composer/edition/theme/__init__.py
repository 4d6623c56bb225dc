"""A theme is found in its folders, its tokens are laid over each other, and its templates are rendered."""
