"""How answers are computed: prefix trees, packed forward passes, batched generation."""
