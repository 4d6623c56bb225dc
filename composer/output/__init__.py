"""Composing leaves files: the bundle of an edition, its PDF, and the gallery; sample readers look at them."""
