"""Attacks that only x86 knows."""

from tests.grading.sandbox.attacks.attack import Attack

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
