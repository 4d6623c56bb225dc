"""What composing leaves as files: the bundle of an edition, its PDF, the gallery, and sample readers to show it to."""
