"""How a text names the options of a question, and what it says of them."""
