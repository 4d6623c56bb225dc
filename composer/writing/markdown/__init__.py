"""A Markdown issue is changed block by block; a block that plain Markdown cannot say becomes a ``:::`` fence."""
