"""The nouns of the house. Imports nothing of ours; everything else may import this."""
