"""Attempts to be counted as right."""

from tests.grading.sandbox.attacks.attack import Attack

VERDICT = {
    "exit at once": Attack("os._exit(0)", "the program ended by itself"),
    "exit as if killed": Attack("os._exit(137)", "the program ended by itself"),
    "leave": Attack("sys.exit(0)", "the program raised SystemExit"),
    "raise SystemExit": Attack("raise SystemExit", "the program raised SystemExit"),
    "raise KeyboardInterrupt": Attack(
        "raise KeyboardInterrupt", "the program raised KeyboardInterrupt"
    ),
    "leave by a handler": Attack(
        "import atexit\natexit.register(os._exit, 0)\nreturn 'registered'",
        "AssertionError: registered",
    ),
    "an object equal to everything": Attack(
        "class Equal:\n"
        "    def __eq__(self, other): return True\n"
        "    def __ne__(self, other): return False\n"
        "    def __bool__(self): return True\n"
        "    __hash__ = None\n"
        "return Equal()",
        "AssertionError: <attack.<locals>.Equal>",
    ),
    "a number equal to everything": Attack(
        "class Equal(int):\n"
        "    def __eq__(self, other): return True\n"
        "    def __ne__(self, other): return False\n"
        "return Equal(7)",
        "AssertionError: 7",
    ),
    "a text equal to everything": Attack(
        "class Equal(str):\n"
        "    def __eq__(self, other): return True\n"
        "    __hash__ = str.__hash__\n"
        "    def __str__(self): return 'x'\n"
        "return Equal('y')",
        "AssertionError: y",
    ),
    "an exception of the tests' own": Attack(
        "class AssertionError(Exception): pass\nraise AssertionError('mine')", "Exception: mine"
    ),
    "an exception that cannot be told": Attack(
        "class Odd(ValueError):\n    def __str__(self): raise SystemExit\nraise Odd",
        "ValueError in:",
    ),
    "patch the built-ins": Attack(
        "import builtins\n"
        "for name in ('isinstance', 'repr', 'str', 'type', 'len', 'AssertionError'):\n"
        "    setattr(builtins, name, lambda *a, **k: True)\n"
        "return 'patched'",
        "the program ended by itself",
    ),
    "patch the protocol": Attack(
        "wire = sys.modules['astrolabe.grading.sandbox.inside.wire']\n"
        "wire.encode = lambda value, depth=0: ['object', 'os', 'system']\nreturn 1",
        "there are no values tagged 'object'",
    ),
    "an empty refusal": Attack(
        "wire = sys.modules['astrolabe.grading.sandbox.inside.wire']\n"
        "send = wire.send\n"
        "wire.send = lambda fd, message: send(fd, ['refused', ''])\nreturn 1",
        "the program gave no answer",
    ),
    "the judge's own verdict": Attack(
        "wire = sys.modules['astrolabe.grading.sandbox.inside.wire']\n"
        "verdict = {'outcome': 'passed', 'detail': '', 'calls': 1, 'opaque': 0}\n"
        "for fd in range(3, 64): tried(wire.send, fd, verdict)\nreturn 1",
        "the program sent what is no answer",
    ),
    "printed markers": Attack(
        "for fd in range(64):\n"
        "    for text in (b'passed\\n', b'begun', b'hello', b'OK\\n'): tried(os.write, fd, text)\n"
        "return 1",
        "a message is longer than 4 MB",
    ),
    "a garbled answer": Attack(
        "for fd in range(3, 64): tried(os.write, fd, b'\\x00\\x00\\x00\\x04{{{{')\nreturn 1",
        "a message is no JSON",
    ),
    "answers in advance": Attack(
        "import struct\nframe = b'[\"value\", true]'\n"
        "for fd in range(3, 64):\n"
        "    tried(os.write, fd, 100 * (struct.pack('>I', len(frame)) + frame))\nreturn 1",
        "AssertionError: True",
    ),
    "half an answer": Attack(
        "for fd in range(3, 64): tried(os.write, fd, b'\\x00\\x00\\x10\\x00[')\nos._exit(0)",
        "the program ended by itself",
    ),
    "no more answers": Attack("os.closerange(3, 64)\nreturn 1", "the program ended by itself"),
    "a reply of 900 megabytes": Attack("return bytes(900 << 20)", "MemoryError in:"),
    "a reply of five megabytes": Attack("return 'x' * (5 << 20)", "a message is longer than 4 MB"),
    "a deep reply": Attack(
        "x = []\nfor _ in range(100_000): x = [x]\nreturn x", "a value is nested more than 200 deep"
    ),
    "a deep reply by hand": Attack(
        "import struct\nframe = b'[\"value\", ' + b'[' * 300_000 + b']' * 300_001\n"
        "for fd in range(3, 64):\n"
        "    tried(os.write, fd, struct.pack('>I', len(frame)) + frame)\nreturn 1",
        "a message is no JSON",
    ),
    "a reply that holds itself": Attack(
        "x = {}\nx['x'] = x\nreturn x", "a value is nested more than 200 deep"
    ),
    "a huge number": Attack("return 1 << (8 << 20)", "AssertionError"),
    "hunt in the frames": Attack(
        "found, frame = [], sys._getframe()\n"
        "while frame:\n"
        "    found += [name for name in (*frame.f_locals, *frame.f_globals) if 'check' in name]\n"
        "    for value in list(frame.f_locals.values()):\n"
        "        if isinstance(value, list) and value is not found: value.append('passed')\n"
        "    frame = frame.f_back\n"
        "return str(found)",
        "AssertionError: []",
    ),
    "hunt for the tests": Attack(
        "import gc\n"
        "def texts(thing):\n"
        "    if isinstance(thing, str): yield thing\n"
        "    elif isinstance(thing, dict):\n"
        "        for part in (*thing.keys(), *thing.values()):\n"
        "            if isinstance(part, str): yield part\n"
        "    elif isinstance(thing, (list, tuple, set)):\n"
        "        yield from (part for part in thing if isinstance(part, str))\n"
        "sought = ' '.join(('def', 'check('))\n"
        "hits = [t for thing in gc.get_objects() for t in texts(thing) if sought in t]\n"
        "return f'{len(hits)} tests found'",
        "AssertionError: 0 tests found",
    ),
}
