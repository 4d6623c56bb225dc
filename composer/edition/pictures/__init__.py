"""Pictures of an edition: found, measured, scaled for the widest place that shows them."""
