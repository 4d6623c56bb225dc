"""A font that is dropped into the publication is stored beside it, as WOFF2, and says what it is called."""
