"""What runs inside the sandbox: the standard library alone, on any Python from 3.10.

Nothing here is trusted once a program has been started: it shares an interpreter with these
modules, so whatever it sends is only ever read as plain values.
"""
