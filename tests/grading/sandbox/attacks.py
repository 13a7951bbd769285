"""Programs that try to do harm or to be counted as right, each with what must become of it.

Every one first checks that it is inside our sandbox, and does nothing at all elsewhere; what it
would delete or overwrite is a planted folder. So a sandbox that does not hold cannot hurt anyone:
its attack reports `outside`, or that it succeeded, and the test fails.
"""

from dataclasses import dataclass

ANSWER = "d41fc9a6"
"""What an attack would have to return to pass, and cannot know. Its argument is the victim.

It is called twice, so that what it changed is in the way of its own next answer.
"""

CHECK = f"""
def check(candidate):
    candidate(VICTIM)
    got = candidate(VICTIM)
    assert got == {ANSWER!r}, got
"""

GUARD = '''
import os, errno, sys
if not os.path.isdir('/sbx') or os.path.exists('/proc/self'):
    return 'outside'

def tried(act, *arguments):
    """How an attempt ended: the name of its error, or `done`."""
    try:
        result = act(*arguments)
    except OSError as error:
        return errno.errorcode.get(error.errno, 'OSError')
    except BaseException as error:
        return type(error).__name__
    return 'done'

def called(name, *arguments):
    """The same of a C function."""
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    if getattr(libc, name)(*words) != -1:
        return 'done'
    return errno.errorcode[ctypes.get_errno()]

def all_of(*ends):
    return ' '.join(sorted(set(ends)))
'''


@dataclass(frozen=True)
class Attack:
    """A function body, and what must become of it.

    Attributes:
        body: Of `attack(victim)`, after `GUARD`.
        detail: How the reason that it failed must begin (one of several); `None` where it must be
            `timed_out`.
    """

    body: str
    detail: str | tuple[str, ...] | None


TIME = {
    "endless loop": Attack("while True: pass", None),
    "sleep for ever": Attack("import time\nwhile True: time.sleep(1000)", None),
    "wait in vain": Attack("import threading\nthreading.Event().wait()", None),
    "ignore every signal": Attack(
        "import signal\nfor n in range(1, 65): tried(signal.signal, n, signal.SIG_IGN)\n"
        "while True: pass",
        None,
    ),
    "one long step in C": Attack("return len(str(7 ** (10 ** 9)))", None),
    "handlers that never return": Attack(
        "import signal\nsignal.signal(signal.SIGALRM, lambda *_: attack(victim))\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\nwhile True: pass",
        None,
    ),
    "an object whose destructor loops": Attack(
        "class Loop:\n    def __del__(self):\n        while True: pass\ndel (x := [Loop()])[0]",
        None,
    ),
}

RESOURCES = {
    "fork bomb": Attack(
        "def one():\n    if os.fork() == 0: os._exit(0)\n"
        "return all_of(*(tried(one) for _ in range(100)))",
        "AssertionError: EPERM",
    ),
    "vfork and spawn": Attack(
        "import subprocess\nreturn all_of(tried(os.posix_spawn, sys.executable, ['x'], {}), "
        "tried(subprocess.run, [sys.executable, '-c', '']))",
        "AssertionError: EPERM",
    ),
    "twenty gigabytes": Attack(
        "return tried(lambda: bytearray(20 << 30))", "AssertionError: MemoryError"
    ),
    "many gigabytes in steps": Attack(
        "import mmap\n"
        "def eat():\n    kept = []\n    while True: kept.append(mmap.mmap(-1, 16 << 20))\n"
        "return tried(eat)",
        "AssertionError: ENOMEM",
    ),
    "memory in a file of memory": Attack(
        "return tried(os.memfd_create, 'x')", "AssertionError: EPERM"
    ),
    "memory in segments": Attack(
        "return all_of(called('shmget', 0, 1 << 20, 0o1600), called('semget', 0, 1, 0o1600), "
        "called('msgget', 0, 0o1600), called('mq_open', b'/x', 66, 0o600, None))",
        "AssertionError: EPERM",
    ),
    "memory in pipes": Attack(
        "import fcntl\nr, w = os.pipe()\nreturn tried(fcntl.fcntl, w, 1031, 1 << 20)",
        "AssertionError: EPERM",
    ),
    "memory in keys": Attack(
        "return called('syscall', 248 if os.uname().machine == 'x86_64' else 217, b'user', b'x', "
        "b'y', 1, -3)",
        "AssertionError: EPERM",
    ),
    "five hundred threads": Attack(
        "import threading\nstop, threads = threading.Event(), []\n"
        "def start():\n"
        "    for _ in range(500):\n"
        "        thread = threading.Thread(target=stop.wait, daemon=True)\n"
        "        thread.start()\n        threads.append(thread)\n"
        "end = tried(start)\nstop.set()\n"
        "return f'{end} {len(threads) < 16}'",
        "AssertionError: RuntimeError True",
    ),
    "a thousand files": Attack(
        "def start():\n    for _ in range(1000): os.open('/dev/null', os.O_RDONLY)\n"
        "return tried(start)",
        "AssertionError: EMFILE",
    ),
    "higher limits": Attack(
        "import resource\nends = []\n"
        "for name in ('AS', 'CPU', 'NPROC', 'NOFILE', 'FSIZE', 'CORE'):\n"
        "    limit = getattr(resource, f'RLIMIT_{name}')\n"
        "    ends.append(tried(resource.setrlimit, limit, (1 << 40, 1 << 40)))\n"
        "return all_of(*ends)",
        "AssertionError: ValueError",
    ),
    "a gigabyte on the standard output": Attack(
        "for _ in range(1 << 10): os.write(1, b'x' * (1 << 20))\nprint('y' * (1 << 20))\n"
        "return 'written nowhere'",
        "AssertionError: written nowhere",
    ),
    "endless recursion": Attack(
        "def deeper(n): return deeper(n + 1)\nreturn tried(deeper, 0)",
        "AssertionError: RecursionError",
    ),
    "recursion without a limit": Attack(
        "sys.setrecursionlimit(10 ** 9)\n"
        "class Deep:\n    def __repr__(self): return repr([self])\n"
        "return repr(Deep())",
        ("the program ended by SIGSEGV", "RecursionError"),
    ),
    "a crash in C": Attack(
        "import ctypes\nreturn ctypes.string_at(8)", "the program ended by SIGSEGV"
    ),
}

REACH = {
    "the users' file": Attack(
        "return all_of(tried(open, '/etc/passwd'), tried(open, '/etc/shadow'))",
        "AssertionError: ENOENT",
    ),
    "the victim's file": Attack(
        "return tried(open, victim + '/treasure')", "AssertionError: ENOENT"
    ),
    "delete the victim": Attack(
        "import shutil\nreturn tried(shutil.rmtree, victim)", "AssertionError: ENOENT"
    ),
    "fill the disk": Attack(
        "def write(path):\n"
        "    with open(path, 'wb') as file:\n"
        "        for _ in range(10 << 10): file.write(b'x' * (1 << 20))\n"
        "places = ('/x', '/tmp/x', '/var/tmp/x', '/dev/x', '/dev/shm/x', '/sbx/x', 'x')\n"
        "return str('done' in [tried(write, path) for path in places])",
        "AssertionError: False",
    ),
    "change what is mounted": Attack(
        "return str('done' in [tried(os.unlink, os.__file__), tried(os.mkdir, '/x'), "
        "tried(os.rename, '/sbx', '/y'), tried(os.chmod, '/sbx', 0o777), "
        "tried(os.symlink, '/', '/usr/lib/x'), tried(os.truncate, os.__file__, 0), "
        "tried(os.utime, os.__file__), tried(os.link, os.__file__, '/z')])",
        "AssertionError: False",
    ),
    "the environment": Attack(
        "return str([n for n in os.environ if n not in ('PYTHONHASHSEED', 'PYTHONPATH', 'PWD', "
        "'LC_CTYPE')])",
        "AssertionError: []",
    ),
    "other processes' environments": Attack(
        "import glob\nreturn str(glob.glob('/proc/*') + glob.glob('/sys/*'))",
        "AssertionError: []",
    ),
    "kill everything": Attack(
        "return all_of(*(tried(os.kill, pid, 9) for pid in (1, -1, 2, os.getppid())))",
        "AssertionError: EPERM",
    ),
    "signals by other ways": Attack(
        "import ctypes, fcntl, socket\n"
        "a, b = socket.socketpair()\n"
        "return all_of(tried(fcntl.fcntl, a, 8, 1), called('tgkill', 1, 1, 9), "
        "called('killpg', 1, 9), called('sigqueue', 1, 9, 0), "
        "tried(os.pidfd_open, 1))",
        "AssertionError: EPERM",
    ),
    "trace the parent": Attack(
        "return all_of(called('ptrace', 16, 1, 0, 0), called('ptrace', 0x4206, 1, 0, 0), "
        "called('process_vm_readv', 1, None, 0, None, 0, 0))",
        "AssertionError: EPERM",
    ),
    "limits of the parent": Attack(
        "import resource\nreturn tried(resource.prlimit, 1, resource.RLIMIT_NOFILE, (0, 0))",
        "AssertionError: EPERM",
    ),
    "the network": Attack(
        "import socket\n"
        "kinds = [(f, k) for f in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, "
        "socket.AF_NETLINK, socket.AF_PACKET) for k in (socket.SOCK_STREAM, socket.SOCK_DGRAM, "
        "socket.SOCK_RAW)]\n"
        "return all_of(*(tried(socket.socket, *kind) for kind in kinds))",
        "AssertionError: EPERM",
    ),
    "a door of the victim": Attack(
        "import socket\n"
        "def knock():\n    s = socket.socket(socket.AF_UNIX)\n    s.connect(victim + '/door')\n"
        "a, b = socket.socketpair()\n"
        "return all_of(tried(knock), tried(a.connect, victim + '/door'), tried(a.bind, 'x'))",
        "AssertionError: EPERM",
    ),
    "namespaces and mounts": Attack(
        "return all_of(called('unshare', 0x10000000), called('unshare', 0x20000), "
        "called('setns', 0, 0), called('mount', b'none', b'/', b'tmpfs', 0, None), "
        "called('chroot', b'/'), called('umount2', b'/', 2))",
        "AssertionError: EPERM",
    ),
    "another user": Attack(
        "return all_of(called('setuid', 0), called('setgid', 0), tried(os.setgroups, []), "
        "called('capset', b'x' * 16, b'y' * 32))",
        "AssertionError: EPERM",
    ),
    "another program": Attack(
        "return all_of(tried(os.execv, sys.executable, ['x']), "
        "tried(os.execve, sys.executable, ['x'], {}))",
        "AssertionError: EPERM",
    ),
    "rare doors of the kernel": Attack(
        "x86 = os.uname().machine == 'x86_64'\n"
        "numbers = [425, 435, 438, 447, 452, 460]\n"
        "numbers += [321, 298, 323, 250, 310, 175, 246] if x86 else [280, 241, 282, 219, 105]\n"
        "return all_of(*(called('syscall', n, 0, 0, 0, 0, 0, 0) for n in numbers))",
        "AssertionError: ENOSYS EPERM",
    ),
    "a daemon": Attack(
        "def leave():\n    if os.fork() == 0:\n        os.setsid()\n        os._exit(0)\n"
        "return all_of(tried(leave), tried(os.setsid))",
        "AssertionError: EPERM",
    ),
    "doors left open": Attack(
        "import stat\n"
        "def kind(fd):\n"
        "    mode = os.fstat(fd).st_mode\n"
        "    if stat.S_ISCHR(mode): return 'null'\n"
        "    return 'socket' if stat.S_ISSOCK(mode) else 'other'\n"
        "kinds = [kind(fd) for fd in range(64) if tried(os.fstat, fd) == 'done']\n"
        "return f\"{kinds.count('socket')} {kinds.count('other')}\"",
        "AssertionError: 1 0",
    ),
    "lift the confinement": Attack(
        "import ctypes\nreturn all_of(called('prctl', 4, 1, 0, 0, 0), called('prctl', 22, 2, 0), "
        "called('syscall', 446, 0, 0), called('personality', 0x0040000), "
        "called('sched_setaffinity', 0, 8, b'x' * 8))",
        "AssertionError: EPERM",
    ),
}

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

X86_ONLY = {
    "a system call of the 32-bit kind": Attack(
        "import ctypes, mmap\n"
        "code = mmap.mmap(-1, 4096, prot=7)\n"
        "code.write(b'\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3')\n"
        "address = ctypes.addressof(ctypes.c_char.from_buffer(code))\n"
        "return str(ctypes.CFUNCTYPE(ctypes.c_int)(address)())",
        "the program ended by SIGSYS",
    ),
    "a system call of the x32 kind": Attack(
        "return called('syscall', 0x40000000 + 39)", "the program ended by SIGSYS"
    ),
}
