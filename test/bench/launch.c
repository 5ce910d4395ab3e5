// What a launch is measured against: the least that can be done. One process, one thread, warm like Node; it launches
// once for every byte it reads and answers with nanoseconds, from before clone(2) to after waitpid(2).
//
// The calls are not written here. The bench writes them down from the very plan that Node launches (calls.h), as plain
// C without a loop or a table, so the two cannot drift apart. What is left out is what a launcher owes its user and a
// race does not: closing descriptors, dying with the parent, timing and reporting each call.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/openat2.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int go[2];
static char stack[64 * 1024] __attribute__((aligned(16)));

static void must(long value, const char *call) {
  if (value >= 0) return;
  perror(call);
  _exit(125);
}

// ── paths in the new root, found as native/root.cc finds them ───────────────────────────────────────────────────────

static int root;
static int opened[2], count;
static char resolved[2][32 + 256];

static const char *inRoot(const char *directory, const char *name, uint64_t resolve) {
  struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve};
  int fd = syscall(SYS_openat2, root, directory, &how, sizeof how);
  must(fd, "openat2");
  char *path = resolved[count];
  snprintf(path, sizeof resolved[0], name ? "/proc/self/fd/%d/%s" : "/proc/self/fd/%d", fd, name);
  opened[count++] = fd;
  return path;
}

#define TARGET(path) inRoot(path, NULL, 0)
#define EXACT(path) inRoot(path, NULL, RESOLVE_NO_SYMLINKS)
#define ENTRY(directory, name) inRoot(directory, name, 0)

// A call, and away with what was opened for it.
static void done(long value, const char *call) {
  must(value, call);
  while (count) close(opened[--count]);
}

// ── the verbs, by their names in src/kernel/calls/ ──────────────────────────────────────────────────────────────────

static int writeFile(const char *path, int flags, mode_t mode, const char *text, size_t size) {
  int file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, mode);
  if (file < 0) return -1;
  ssize_t wrote = write(file, text, size);
  close(file);
  return wrote == (ssize_t)size ? 0 : -1;
}

static int linkUp(const char *name) {
  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0) return -1;
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  int got = ioctl(any, SIOCGIFFLAGS, &request);
  request.ifr_flags |= IFF_UP;
  if (got == 0) got = ioctl(any, SIOCSIFFLAGS, &request);
  close(any);
  return got;
}

static int mountSetattr(const char *path, uint64_t set, int recursive) {
  struct { uint64_t set, clear, propagation, userns; } attributes = {set, 0, 0, 0};
  return syscall(442, AT_FDCWD, path, recursive ? 0x8000 : 0, &attributes, sizeof attributes);
}

#define MOUNT(from, to, type, flags, data) done(mount(from, to, type, flags, data), "mount")
#define MOUNT_SETATTR(at, set, recursive) done(mountSetattr(at, set, recursive), "mount_setattr")
#define UMOUNT(at, flags) done(umount2(at, flags), "umount2")
#define OPEN_ROOT(at) must(root = open(at, O_PATH | O_DIRECTORY | O_CLOEXEC), "open")
#define PIVOT_ROOT(next, old) must(syscall(SYS_pivot_root, next, old), "pivot_root")
#define CHDIR(to) done(chdir(to), "chdir")
#define MKDIR(at, mode) done(mkdir(at, mode), "mkdir")
#define SYMLINK(to, at) done(symlink(to, at), "symlink")
#define WRITE(at, text, flags, mode) done(writeFile(at, flags, mode, text, sizeof text - 1), "write")
#define SETHOSTNAME(name) must(sethostname(name, sizeof name - 1), "sethostname")
#define SETGROUPS() must(syscall(SYS_setgroups, 0, NULL), "setgroups")
#define SETGID(id) must(syscall(SYS_setresgid, id, id, id), "setresgid")
#define SETUID(id) must(syscall(SYS_setresuid, id, id, id), "setresuid")
#define LINK_UP(name) must(linkUp(name), "link up")
#define WRITE_OF_CHILD(file, text)                                       \
  do {                                                                   \
    char path[64];                                                       \
    snprintf(path, sizeof path, "/proc/%d/" file, pid);                  \
    must(writeFile(path, 0, 0, text, sizeof text - 1), "write " file);   \
  } while (0)

#include "calls.h"

// ── one launch ──────────────────────────────────────────────────────────────────────────────────────────────────────

static int child(void *unused) {
  (void)unused;
  char byte;
  must(read(go[0], &byte, 1), "read");
  CALLS_OF_CHILD
  char *const argv[] = {PROGRAM, NULL}, *const env[] = {NULL};
  execve(PROGRAM, argv, env);
  must(-1, "execve");
  return 125;
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t launch(void) {
  uint64_t before = now();
  // In our memory and on a stack of its own, as vfork(2) would; but we go on, for somebody must write the id maps.
  int pid = clone(child, stack + sizeof stack, CLONE_VM | SIGCHLD | CLONE_FLAGS, NULL);
  must(pid, "clone");
  CALLS_OF_PARENT
  must(write(go[1], "g", 1), "write");
  int status;
  must(waitpid(pid, &status, 0), "waitpid");
  uint64_t took = now() - before;
  if (status != 0) exit(1);
  // The child changed ids in our memory, which makes us undumpable: without root, we could not write the next maps.
  prctl(PR_SET_DUMPABLE, 1);
  return took;
}

int main(void) {
  char byte;
  must(pipe2(go, O_CLOEXEC), "pipe2");
  umask(0);
  while (read(STDIN_FILENO, &byte, 1) == 1) {
    uint64_t took = launch();
    must(write(STDOUT_FILENO, &took, sizeof took), "write");
  }
  return 0;
}
