"""Programs that are wrong by one small change, as slips of a writer are.

The changes are the usual operators of mutation testing (constants, comparisons, arithmetic, calls,
statements), and what goes wrong with lists: the first or last thing forgotten, an eleventh never
reached, repeats dropped, an order that should not be there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">= < !=",
    ast.Lt: "<= > !=",
    ast.Eq: "!= >= <=",
    ast.NotEq: "== > <",
    ast.In: "not_in",
}
OPERATIONS: dict[type[ast.operator], str] = {
    ast.Add: "- *",
    ast.Sub: "+ *",
    ast.Mult: "+ -",
    ast.Mod: "// -",
}
NAMES = {
    "startswith": "endswith __contains__ __eq__",
    "endswith": "startswith __contains__ __eq__",
    "upper": "lower capitalize title swapcase",
    "lower": "upper swapcase strip",
    "isdigit": "isalnum isalpha",
    "isalpha": "isalnum islower isupper isascii",
    "isupper": "islower isalpha isalnum",
    "max": "min sum",
    "min": "max sum",
    "sorted": "list set",
    "len": "bool",
}
LOOPS = ("{}[1:]", "{}[:-1]", "{}[:5]", "{}[:10]", "{}[::2]", "sorted({})", "dict.fromkeys({})")
"""What a loop may run through instead of what it should."""
RESULTS = (
    *("({})[:5]", "({})[1:]", "({})[:-1]", "({})[::-1]", "({}).strip()", "({}).lower()"),
    *("sorted({})", "sorted({}, reverse=True)", "list(dict.fromkeys({}))", "tuple({})"),
    *("abs({})", "min({}, 99)", "max({}, 0)", "min({}, 0)", "({}) or None"),
)
"""What may be returned instead of what should be; most do not fit most programs."""


def mutants(source: str) -> list[str]:
    """Sources that differ from `source` by one change, all different."""
    found = {ast.unparse(ast.parse(source)): None}
    for index, node in enumerate(ast.walk(ast.parse(source))):
        for change in _changes(node):
            tree = ast.parse(source)
            _Swap(list(ast.walk(tree))[index], change).visit(tree)
            found[ast.unparse(ast.fix_missing_locations(tree))] = None
    return list(found)[1:]


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else super().generic_visit(node)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of `node`."""
    yield from _values(node)
    yield from _operations(node)
    yield from _names(node)
    yield from _statements(node)


def _values(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=int(number)):
            yield from (ast.Constant(number + step) for step in (-2, -1, 1, 2))
        case ast.Constant(value=str(text)):
            yield from (ast.Constant(text[:i] + text[i + 1 :]) for i in range(len(text)))
            yield from (ast.Constant(text + more) for more in (" ", text.upper()))
        case ast.UnaryOp(operand=operand):
            yield operand


def _operations(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left=a, ops=[op], comparators=[b]):
            yield ast.Constant(value=True)
            for other in COMPARISONS[type(op)].split():
                yield _expression(f"{_text(a)} {other.replace('_', ' ')} {_text(b)}")
        case ast.BinOp(left=a, op=op, right=b):
            yield from (a, b, ast.BinOp(b, op, a))
            for other in OPERATIONS[type(op)].split():
                yield _expression(f"{_text(a)} {other} {_text(b)}")
        case ast.AugAssign(target=to, op=op, value=value):
            yield _statement(f"{_text(to)} = {_text(value)}")
            for other in OPERATIONS[type(op)].split():
                yield _statement(f"{_text(to)} {other}= {_text(value)}")


def _names(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Name(id=name):
            yield from (ast.Name(other) for other in NAMES.get(name, "").split())
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=arguments):
            if not arguments:
                yield value
            for other in NAMES.get(name, "").split():
                yield ast.Call(ast.Attribute(value, other), arguments, [])


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.comprehension(target=to, iter=loop, ifs=ifs):
            yield from (ast.comprehension(to, new, ifs, 0) for new in _loops(loop))
            yield ast.comprehension(to, loop, [], 0)
            yield ast.comprehension(to, loop, [ast.UnaryOp(ast.Not(), test) for test in ifs], 0)
        case ast.For(target=to, iter=loop, body=body):
            yield from (ast.For(to, new, body, []) for new in _loops(loop))
            yield ast.For(to, loop, [*body, ast.Break()], [])
        case ast.If(test=test, body=body):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, [])
            yield ast.If(test, [*body, ast.Break()], [])
            yield ast.If(test, body, [ast.Break()])
        case ast.Return(value=ast.expr() as value):
            yield from (ast.Return(_expression(form.format(_text(value)))) for form in RESULTS)


def _loops(loop: ast.expr) -> Iterator[ast.expr]:
    return (_expression(form.format(_text(loop))) for form in LOOPS)


def _text(node: ast.AST) -> str:
    return f"({ast.unparse(node)})" if isinstance(node, ast.BinOp) else ast.unparse(node)


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _statement(text: str) -> ast.stmt:
    return ast.parse(text).body[0]
