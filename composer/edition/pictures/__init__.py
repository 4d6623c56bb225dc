"""The pictures of an edition are found, measured, and scaled for the widest place that shows them."""
