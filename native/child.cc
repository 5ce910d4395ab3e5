// The life of a child between clone and exec.
//
//   Node's loop          a thread of its own             the child
//   ───────────          ───────────────────             ─────────
//   spawn(plan) ───────▶ blocks signals, clone3 ───────▶ closes every foreign descriptor
//   reads the calls                                      asks to die with its parent
//   … ready ───────────▶ writes the id maps              waits
//   what only Node can ◀─ born                           …
//   go, if it asked to ────── or else go ──────────────▶ makes its calls, timing each
//   trace, errors      ◀────────────────────── reports ─ execs: the wire closes by itself
//   exit               ◀─ waits for the exit; it must live as long as the child: PR_SET_PDEATHSIG watches a thread
//
// A clone with six namespaces is a third of a launch, so what Node has to read it reads meanwhile.
//
// Sharing memory (CLONE_VM) saves copying Node's page tables, which costs more than all the rest. It has rules: only
// async-signal-safe calls, no allocation, a stack of its own, and never where a process of somebody else could reach
// the child before it execs, for whoever may trace the child may write Node. A child that joins namespaces is
// therefore a copy, and not dumpable while it lives there. We do not ask for CLONE_VFORK, which would suspend the thread
// that has the id maps to write. The two share one errno then, so they take turns: the child sleeps until the go, and
// after it the thread sleeps until the child has ended.
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "clone.h"
#include "plan.h"
#include "wire.h"

namespace {

uint64_t now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000000000u + static_cast<uint64_t>(t.tv_nsec);
}

// With the parent gone there is nobody to tell and no reason to go on: every failed send or receive ends the child.
void tell(Child& child, Message message, const Report* reports = nullptr) {
  iovec parts[2] = {{&message, sizeof message},
                    {const_cast<Report*>(reports), reports ? message.count * sizeof(Report) : 0}};
  if (writev(child.wire, parts, 2) < 0) _exit(1);
}

void tellReports(Child& child) {
  if (child.shared) return;
  const uint32_t count = static_cast<uint32_t>(child.reports.size() - child.reported);
  if (count) tell(child, {Message::Reports, 0, count}, &child.reports[child.reported]);
  child.reported = child.reports.size();
}

void awaitGo(Child& child) {
  char go;
  ssize_t got;
  do got = read(child.wire, &go, 1);
  while (got < 0 && errno == EINTR);
  if (got != 1) _exit(1);
}

// The first go comes within microseconds of the birth, and a processor that fell asleep needs longer than that to wake.
// So the child watches for it a moment, where it can see its maker's memory, before it sleeps.
void awaitFirstGo(Child& child) {
  constexpr uint64_t moment = 50'000;
  if (child.shared) {
    const uint64_t began = now();
    while (child.wait == Child::Awake && now() - began < moment) {
    }
    int awake = Child::Awake;
    if (!child.wait.compare_exchange_strong(awake, Child::Asleep)) return;
  }
  awaitGo(child);
}

// The program must see 0, 1 and 2 and nothing else of ours; and as long as we hold a copy of the parent's end of our
// own wire, we would not notice that the parent died.
void keepOnlyOurDescriptors(Child& child) {
  const Plan& plan = *child.plan;
  int saved[3];
  for (int i = 0; i < 3; i++) saved[i] = fcntl(plan.stdio[i], F_DUPFD_CLOEXEC, 3);
  for (int i = 0; i < 3; i++) {
    if (saved[i] < 0) continue;
    dup2(saved[i], i);
    close(saved[i]);
    // libuv makes pipes non-blocking, for everybody who has them; no program expects that of its input.
    const int flags = fcntl(i, F_GETFL);
    if (flags & O_NONBLOCK) fcntl(i, F_SETFL, flags & ~O_NONBLOCK);
  }
  unsigned from = 3;
  for (int kept : plan.keep) {  // sorted; holds the wire
    if (kept < static_cast<int>(from)) continue;
    if (kept > static_cast<int>(from)) syscall(SYS_close_range, from, kept - 1, 0);
    from = kept + 1;
  }
  syscall(SYS_close_range, from, ~0u, 0);
}

void dieWithParent(Child& child) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // getppid() says 0 in a new PID namespace, so ask the wire whether the parent died before the line above.
  pollfd hangUp = {child.wire, 0, 0};
  if (poll(&hangUp, 1, 0) > 0 && (hangUp.revents & POLLHUP)) _exit(1);
}

// Node has raised this limit for itself; a program that closes, or selects from, all it might have open would suffer.
void limitOpenFiles(uint64_t soft) {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
  limit.rlim_cur = std::min<rlim_t>(soft, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Tells why there will be no program, and stays until Node has looked at what we see (/proc/PID/mountinfo, root …).
[[noreturn]] void endAfterLook(Child& child, Message why) {
  tellReports(child);
  tell(child, why);
  awaitGo(child);
  _exit(1);
}

[[noreturn]] void execute(Child& child) {
  Plan& plan = *child.plan;
  tellReports(child);
  umask(022);
  limitOpenFiles(plan.openFiles);
  dieWithParent(child);  // again: a change of credentials cleared it
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);

  if (plan.program >= 0) {
    syscall(SYS_execveat, plan.program, "", plan.argvPointers.data(), plan.envPointers.data(), AT_EMPTY_PATH);
    endAfterLook(child, {Message::NotRun, errno, 0});
  }
  // As execvp(3), but where no directory has it the error is ENOENT, also if one of them could not be searched.
  int error = ENOENT;
  uint32_t which = 0;
  for (uint32_t i = 0; i < plan.paths.size(); i++) {
    const char* path = plan.paths[i].c_str();
    execve(path, plan.argvPointers.data(), plan.envPointers.data());
    const int failed = errno;
    const bool there = faccessat(AT_FDCWD, path, F_OK, 0) == 0;
    if (plan.paths.size() == 1 || (there && error == ENOENT)) error = failed, which = i;
    if (there && failed != EACCES) break;
  }
  endAfterLook(child, {Message::NotRun, error, which});
}

// Makes one call and notes how it went. Returns whether it went well.
bool make(Child& child, size_t index) {
  const Call& call = child.plan->calls[index];
  const uint64_t before = now();
  const int error = runInRoot(child, call);
  child.reports.push_back({static_cast<uint32_t>(index), error, now() - before});  // capacity was reserved
  return !error;
}

// Makes calls from `child.next` on; one that fails ends the child.
[[noreturn]] void run(Child& child) {
  while (child.next < child.plan->calls.size()) {
    if (!make(child, child.next++)) endAfterLook(child, {Message::Failed, 0, 0});
  }
  execute(child);
}

void firstProcess(void* with) {
  Child& child = *static_cast<Child*>(with);
  keepOnlyOurDescriptors(child);
  if (!child.plan->shareMemory) prctl(PR_SET_DUMPABLE, 0);
  dieWithParent(child);
  signal(SIGPIPE, SIG_DFL);  // Node ignores these two, and what is ignored stays so across exec
  signal(SIGXFSZ, SIG_DFL);
  umask(0);                  // modes are meant as they are written
  awaitFirstGo(child);
  child.next = child.plan->beside;
  run(child);
}

void nextProcess(void* with) {
  Child& child = *static_cast<Child*>(with);
  child.shared = false;
  child.reported = child.reports.size();  // our maker tells those
  dieWithParent(child);
  awaitGo(child);
  run(child);
}

}  // namespace

long makeChild(Child& child, void* stack, size_t stackSize) {
  Plan& plan = *child.plan;
  clone_args args = {};
  args.flags = plan.flags | CLONE_CLEAR_SIGHAND | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<uint64_t>(&child.pidfd);
  args.exit_signal = SIGCHLD;
  if (plan.shareMemory) {
    args.flags |= CLONE_VM;
    args.stack = reinterpret_cast<uint64_t>(stack);
    args.stack_size = stackSize;
  }
  if (plan.cgroup >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<uint64_t>(plan.cgroup);
  }
  child.shared = plan.shareMemory;
  const uint64_t began = now();
  const long pid = clone3(&args, firstProcess, &child);
  child.birth = now() - began;
  child.pid = static_cast<pid_t>(pid);
  if (pid < 0) child.pidfd = -1;  // it may have been written, but nothing is there
  return pid;
}

bool standBeside(Child& child) {
  for (size_t index = 0; index < child.plan->beside; index++)
    if (!make(child, index)) return false;
  return true;
}

bool tellBorn(const Child& child) {
  const Message born = {Message::Born, 0, 0};
  return write(child.wire, &born, sizeof born) == sizeof born;
}

int cloneAgain(Child& child, uint64_t flags, size_t beside) {
  const size_t from = child.next;
  child.next = from + beside;
  clone_args args = {};
  // CLONE_PARENT: Node's thread waits for the new process, and this one can end. CLONE_PIDFD: we may be in a PID
  // namespace where it has another number than Node's; a descriptor of it means the same everywhere.
  int pidfd = -1;
  args.flags = flags | CLONE_PARENT | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<uint64_t>(&pidfd);
  const uint64_t began = now();
  const long pid = clone3(&args, nextProcess, &child);
  if (pid < 0) return static_cast<int>(-pid);
  child.pid = static_cast<pid_t>(pid);
  child.reports.push_back({static_cast<uint32_t>(from - 1), 0, now() - began});
  for (size_t index = from; index < from + beside; index++) {
    if (make(child, index)) continue;
    kill(child.pid, SIGKILL);
    endAfterLook(child, {Message::Failed, 0, 0});
  }
  tellReports(child);
  _exit(sendDescriptor(child.wire, Message::Born, pidfd) ? 1 : 0);
}
