"""What runs with, or is held against, the peers. Their packages live in an environment apart."""
