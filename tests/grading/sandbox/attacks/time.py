"""Attacks on time: programs that never end."""

from tests.grading.sandbox.attacks.attack import Attack

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
