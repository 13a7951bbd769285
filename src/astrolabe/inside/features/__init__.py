"""What features and neurons stand for, by properties of text that can be measured."""
