"""Answers about what an author is offered while she writes: pictures of the blocks in the look of her own mail, and the
field that made what she clicks; and what of it the readers' mail programs will not show."""
