"""Looking inside: where the parts of a model are, reading and writing there."""
