"""Attempts to reach what is outside."""

from tests.grading.sandbox.attacks.attack import Attack

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
