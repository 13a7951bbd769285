"""Steering: directions of the residual stream turned up while a model writes, or projected out."""
