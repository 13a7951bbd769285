"""Attacks on what the machine has: processes, memory, disk."""

from tests.grading.sandbox.attacks.attack import Attack

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
