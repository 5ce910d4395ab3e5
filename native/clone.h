// One way to make a child, for the three ways we need: beside us in the same memory (as vfork(2) does, but on a
// stack of its own), as a copy, and straight into a cgroup. glibc wraps only the older clone(2), which cannot do the
// last, so the call itself is here: the one place with assembly. See clone(2), "clone3()".
#pragma once

#include <linux/sched.h>
#include <sys/syscall.h>

#include <cerrno>

#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ULL
#endif
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

// Runs `child(with)` in a new process; `child` must never return. Returns the child's pid in the caller, or a
// negative errno. It must not be inlined into a frame that the child could disturb, hence noinline.
[[gnu::noinline]] inline long clone3(struct clone_args* args, void (*child)(void*), void* with) {
#if defined(__x86_64__)
  register void (*fn)(void*) asm("r12") = child;
  register void* arg asm("r13") = with;
  long pid;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"  // the outermost frame: debuggers stop here
      "and $-16, %%rsp\n\t"
      "mov %%r13, %%rdi\n\t"
      "call *%%r12\n\t"
      "hlt\n"
      "1:"
      : "=a"(pid)
      : "a"(SYS_clone3), "D"(args), "S"(sizeof *args), "r"(fn), "r"(arg)
      : "rcx", "r11", "memory", "cc");
  return pid;
#elif defined(__aarch64__)
  register long x0 asm("x0") = reinterpret_cast<long>(args);
  register long x1 asm("x1") = sizeof *args;
  register long x8 asm("x8") = SYS_clone3;
  register void (*fn)(void*) asm("x19") = child;
  register void* arg asm("x20") = with;
  asm volatile(
      "svc #0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, xzr\n\t"
      "mov x30, xzr\n\t"
      "mov x0, x20\n\t"
      "blr x19\n\t"
      "brk #0\n"
      "1:"
      : "+r"(x0)
      : "r"(x1), "r"(x8), "r"(fn), "r"(arg)
      : "memory", "cc");
  return x0;
#else
#error "Cooperage knows how to clone on x86-64 and arm64; another machine needs a few lines here"
#endif
}
