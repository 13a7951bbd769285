"""What an attack is, and what every one begins and is judged with."""

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
