"""How items are worded: exemplars chosen, options ordered, prompts rendered."""
