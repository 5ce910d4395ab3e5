// What a child is to do, laid out completely before it is made: between clone and exec nothing may be allocated.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct Child;
struct Call;

// One thing the child can ask of the kernel. Returns 0 or a positive errno.
struct Operation {
  const char* name;
  int (*run)(Child& child, const Call& call);
};

// The table in calls.cc; nullptr for a name it does not hold.
const Operation* operationNamed(const std::string& name);

struct Argument {
  // Where a path starts, and what becomes of a link at its end.
  enum Base : uint8_t {
    Here,    // where the process stands, as the kernel resolves any path
    Target,  // the new root; links are followed, but none leads out of it
    Exact,   // the new root; a link anywhere on the way is refused
    Entry,   // the new root; the last name is made or replaced, so it is not looked at
  };
  bool null = false;
  int64_t number = 0;
  std::string text;
  Base base = Here;
  std::unique_ptr<char[]> resolved;  // for paths in the new root: what the call gets instead, once it is known
  const char* path() const { return null ? nullptr : resolved ? resolved.get() : text.c_str(); }
};

// Room for "/proc/self/fd/N/" and one name.
constexpr size_t resolvedSize = 32 + 256;

struct Call {
  const Operation* operation;
  std::vector<Argument> args;
  const char* path(size_t i) const { return i < args.size() ? args[i].path() : nullptr; }
  int64_t number(size_t i) const { return i < args.size() ? args[i].number : 0; }
};

// What became of a call. Written by the child, read by Node.
struct Report {
  uint32_t call;
  int32_t error;
  uint64_t nanoseconds;
};

struct Plan {
  uint64_t flags = 0;         // CLONE_NEW*
  bool shareMemory = true;    // false where a foreign process could look into the child: see child.cc
  int cgroup = -1;            // a directory of cgroup v2 to be born in
  std::vector<Call> calls;
  size_t beside = 0;          // the first so many are made for the child by the thread that made it
  bool asks = true;           // the first process waits for Node's go; else the thread lets it go
  uint64_t openFiles = 0;     // the soft limit that the program finds: RLIMIT_NOFILE
  std::vector<std::string> argv, env, paths;
  std::vector<char*> argvPointers, envPointers;
  int program = -1;           // exec this descriptor instead of a path
  int stdio[3] = {0, 1, 2};
  std::vector<int> keep;      // descriptors that calls name; sorted
};

// The child's own state, in memory the parent prepared.
struct Child {
  Plan* plan;
  int wire;
  int root = -1;        // the new root, once it is in place: see root.cc
  pid_t pid = 0;        // the newest process of the chain, as its maker numbers it
  int pidfd = -1;       // Node's descriptor of the first process
  uint64_t birth = 0;   // nanoseconds that its clone took
  size_t next = 0;      // the call at which a newly made process goes on
  bool shared = true;   // this is Node's own memory, where it reads the reports itself; in a copy they must be sent
  size_t reported = 0;  // reports before this one were told
  std::vector<Report> reports;
  // Where the first process is, as long as it shares our memory: a go that comes before it sleeps needs no waking.
  enum Wait : int { Awake, Asleep, Gone };
  std::atomic<int> wait = Awake;
};

// Makes the first process of the plan and returns its pid, or a negative errno. It waits for the go, and until then
// reads nothing of the plan but its descriptors. With shared memory the stack must live until it has ended or execs.
long makeChild(Child& child, void* stack, size_t stackSize);

// Makes the plan's calls beside that first process. Returns whether all went well.
bool standBeside(Child& child);

// A new process waits. Returns whether Node could be told.
bool tellBorn(const Child& child);

// For calls.cc: a new process that goes on with the calls after this one, while the caller makes `beside` calls for
// it and ends.
int cloneAgain(Child& child, uint64_t flags, size_t beside);

// root.cc: finds the paths of a call that lie in the new root, and makes the call with them. Returns 0 or errno.
int runInRoot(Child& child, const Call& call);

// root.cc: the new root is the directory at `path` from now on. Returns 0 or errno.
int openRoot(Child& child, const char* path);

// root.cc: a path of a root file system, open for reading, or a negative errno. For Node, not for children.
int openInRoot(const char* root, const char* path);

// root.cc: takes an empty directory or an empty file of a root file system away. Returns 0 or errno. For Node.
int removeEmpty(const char* root, const char* path);

// root.cc: makes every directory of a path in the new root, and at its end a directory or an empty file.
int makePath(Child& child, const char* path, bool directory);

// overlay.cc: mounts more layers than the options of one mount(2) can name. Returns 0 or errno.
int mountOverlay(const Call& call);

// netlink.cc: sends a message to the kernel and reads its verdict. Returns 0 or errno.
int netlink(const Call& call);

// netlink.cc: hands a netlink socket of the child's network namespace up to Node. Returns 0 or errno.
int openNetlinkFor(Child& child);
