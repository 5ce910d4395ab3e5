// The door between TypeScript and the kernel: see src/kernel/native.d.ts for what it looks like from the other side.
#include <fcntl.h>
#include <napi.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

#include "plan.h"

namespace {

using Napi::CallbackInfo;
using Napi::Value;

[[noreturn]] void fail(Napi::Env env, const char* call, int error) {
  Napi::Error failure = Napi::Error::New(env, std::string(call) + ": " + strerror(error));
  failure.Set("errno", Napi::Number::New(env, error));
  failure.Set("syscall", Napi::String::New(env, call));
  throw failure;
}

// ── the plan, as TypeScript wrote it ────────────────────────────────────────────────────────────────────────────────

std::vector<std::string> strings(const Value& value) {
  const auto array = value.As<Napi::Array>();
  std::vector<std::string> out;
  for (uint32_t i = 0; i < array.Length(); i++) out.push_back(Value(array[i]).ToString());
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& from) {
  std::vector<char*> out;
  for (auto& text : from) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// { target | exact | entry: path }: see Argument::Base.
void readPathInRoot(const Napi::Object& from, Argument& argument) {
  const std::pair<const char*, Argument::Base> bases[] = {
      {"target", Argument::Target}, {"exact", Argument::Exact}, {"entry", Argument::Entry}};
  for (const auto& [name, base] : bases) {
    if (!from.Has(name)) continue;
    argument.base = base;
    argument.text = from.Get(name).ToString();
    argument.resolved = std::make_unique<char[]>(resolvedSize);
  }
}

Call readCall(const Napi::Array& from) {
  const std::string name = Value(from[0u]).ToString();
  Call call = {operationNamed(name), {}};
  if (!call.operation) throw Napi::TypeError::New(from.Env(), "no call is named " + name);
  for (uint32_t i = 1; i < from.Length(); i++) {
    const Value value = from[i];
    Argument argument;
    if (value.IsNumber()) argument.number = value.As<Napi::Number>().Int64Value();
    else if (value.IsNull() || value.IsUndefined()) argument.null = true;
    else if (value.IsObject()) readPathInRoot(value.As<Napi::Object>(), argument);
    else argument.text = value.ToString();
    call.args.push_back(std::move(argument));
  }
  return call;
}

void readPlan(const Napi::Object& from, Plan& plan) {
  plan.flags = from.Get("flags").As<Napi::Number>().Int64Value();
  plan.shareMemory = from.Get("shareMemory").ToBoolean();
  plan.cgroup = from.Get("cgroup").As<Napi::Number>().Int32Value();
  plan.program = from.Get("program").As<Napi::Number>().Int32Value();
  const auto calls = from.Get("calls").As<Napi::Array>();
  for (uint32_t i = 0; i < calls.Length(); i++) plan.calls.push_back(readCall(Value(calls[i]).As<Napi::Array>()));
  plan.argv = strings(from.Get("argv"));
  plan.env = strings(from.Get("env"));
  plan.paths = strings(from.Get("paths"));
  plan.argvPointers = pointers(plan.argv);
  plan.envPointers = pointers(plan.env);
  const auto stdio = from.Get("stdio").As<Napi::Array>();
  for (uint32_t i = 0; i < 3; i++) plan.stdio[i] = Value(stdio[i]).As<Napi::Number>().Int32Value();
  const auto keep = from.Get("keep").As<Napi::Array>();
  for (uint32_t i = 0; i < keep.Length(); i++) plan.keep.push_back(Value(keep[i]).As<Napi::Number>().Int32Value());
}

// The descriptor that travelled with a message, or -1.
int descriptorIn(msghdr& header) {
  int descriptor = -1;
  if (cmsghdr* rights = CMSG_FIRSTHDR(&header)) memcpy(&descriptor, CMSG_DATA(rights), sizeof descriptor);
  return descriptor;
}

// The number that a process has here, whatever it is called where its pidfd was opened (proc_pid_fdinfo(5)); closes it.
int pidOf(int pidfd) {
  char text[512];
  snprintf(text, sizeof text, "/proc/self/fdinfo/%d", pidfd);
  const int info = open(text, O_RDONLY | O_CLOEXEC);
  const ssize_t got = info < 0 ? 0 : read(info, text, sizeof text - 1);
  text[got > 0 ? got : 0] = 0;
  if (info >= 0) close(info);
  close(pidfd);
  const char* line = strstr(text, "\nPid:");
  return line ? atoi(line + strlen("\nPid:")) : 0;
}

// ── spawn ───────────────────────────────────────────────────────────────────────────────────────────────────────────

// One child and what watches it: the wire on Node's loop, and the thread that made it. It deletes itself when the
// child has ended, everything was told, and both handles are closed.
class Spawn {
 public:
  Spawn(Napi::Env env, Napi::Function told) : env_(env), told_(Napi::Persistent(told)) {}

  // Returns 0 or errno; afterwards `told` hears everything.
  int start(const Napi::Object& plan) {
    readPlan(plan, plan_);
    int wire[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, wire) < 0) return errno;
    ours_ = wire[0];
    child_.plan = &plan_;
    child_.wire = wire[1];
    child_.reports.reserve(plan_.calls.size());
    plan_.keep.push_back(wire[1]);
    if (plan_.program >= 0) plan_.keep.push_back(plan_.program);
    std::sort(plan_.keep.begin(), plan_.keep.end());

    uv_loop_t* loop = nullptr;
    napi_get_uv_event_loop(env_, &loop);
    uv_poll_init(loop, &poll_, ours_);
    uv_async_init(loop, &ended_, onEnded);
    poll_.data = ended_.data = this;
    uv_poll_start(&poll_, UV_READABLE | UV_DISCONNECT, onWire);
    std::thread([this] { makeAndWait(); }).detach();
    return 0;
  }

  void go() {
    if (ours_ >= 0) send(ours_, "g", 1, MSG_NOSIGNAL);
  }

  // Closing our end is how a child learns that it is not wanted: whatever it waits for, it ends.
  void hangUp() { closeWire(); }

 private:
  struct Ended {
    pid_t pid;
    int code;
    int signal;
  };

  // Runs on a thread of its own, which must live as long as the child: PR_SET_PDEATHSIG watches this thread.
  void makeAndWait() {
    pthread_setname_np(pthread_self(), "cooper-child");
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    const int dumpable = prctl(PR_GET_DUMPABLE);
    alignas(16) char stack[64 * 1024];
    const long pid = makeChild(child_, stack, sizeof stack);
    // The child may have changed ids in our memory, which made Node undumpable: see keepDumpable in calls.cc.
    if (plan_.shareMemory && dumpable == 1) prctl(PR_SET_DUMPABLE, 1);
    if (pid < 0) error_ = static_cast<int>(-pid);
    close(child_.wire);  // now only the child's copies are left, and the wire ends when they do
    siginfo_t info = {};
    // Only the children of this thread: the first, and those it made with CLONE_PARENT.
    while (waitid(P_ALL, 0, &info, WEXITED | __WALL | __WNOTHREAD) == 0 || errno == EINTR) {
      if (!info.si_pid) continue;
      const bool exited = info.si_code == CLD_EXITED;
      ends_.push_back({info.si_pid, exited ? info.si_status : 0, exited ? 0 : info.si_status});
      info = {};
    }
    uv_async_send(&ended_);
  }

  static void onWire(uv_poll_t* handle, int, int) { static_cast<Spawn*>(handle->data)->readWire(); }

  static void onEnded(uv_async_t* handle) {
    auto* self = static_cast<Spawn*>(handle->data);
    self->readWire();
    self->tellEnd();
  }

  void readWire() {
    Napi::HandleScope scope(env_);
    while (ours_ >= 0) {
      iovec part = {buffer_, sizeof buffer_};
      alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
      msghdr header = {};
      header.msg_iov = &part;
      header.msg_iovlen = 1;
      header.msg_control = control;
      header.msg_controllen = sizeof control;
      const ssize_t got = recvmsg(ours_, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (got <= 0) {
        closeWire();
        tell("closed");
        return;
      }
      Message message;
      memcpy(&message, buffer_, sizeof message);
      switch (message.kind) {
        case Message::Born:
          tell("born", message.value > 0 ? message.value : pidOf(descriptorIn(header)));
          break;
        case Message::Reports: {
          // One flat array of numbers: call, errno, nanoseconds, call …
          auto flat = Napi::Array::New(env_, message.count * 3);
          for (uint32_t i = 0; i < message.count; i++) {
            Report report;
            memcpy(&report, buffer_ + sizeof message + i * sizeof report, sizeof report);
            flat[i * 3] = report.call;
            flat[i * 3 + 1] = report.error;
            flat[i * 3 + 2] = static_cast<double>(report.nanoseconds);
          }
          tell("reports", flat);
          break;
        }
        case Message::Terminal:
          tell("terminal", descriptorIn(header));
          break;
        case Message::NotRun:
          tell("notRun", message.value, message.count);
          break;
      }
    }
  }

  void tellEnd() {
    Napi::HandleScope scope(env_);
    auto ends = Napi::Array::New(env_, ends_.size());
    for (size_t i = 0; i < ends_.size(); i++) {
      auto end = Napi::Object::New(env_);
      end["pid"] = ends_[i].pid;
      end["code"] = ends_[i].code;
      end["signal"] = ends_[i].signal;
      ends[static_cast<uint32_t>(i)] = end;
    }
    closeWire();
    tell("ended", ends, error_);
    uv_close(reinterpret_cast<uv_handle_t*>(&ended_), onClosed);
  }

  void closeWire() {
    if (ours_ < 0) return;
    uv_poll_stop(&poll_);
    close(ours_);
    ours_ = -1;
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), onClosed);
  }

  static void onClosed(uv_handle_t* handle) {
    auto* self = static_cast<Spawn*>(handle->data);
    if (--self->openHandles_ == 0) delete self;
  }

  template <typename... Rest>
  void tell(const char* what, Rest... rest) {
    try {
      told_.MakeCallback(env_.Global(), {Napi::String::New(env_, what), Value::From(env_, rest)...});
    } catch (const Napi::Error& thrown) {
      // What JavaScript threw is JavaScript's to handle ('uncaughtException'); through libuv's C it would abort us.
      napi_fatal_exception(env_, thrown.Value());
    }
  }

  Napi::Env env_;
  Napi::FunctionReference told_;
  Plan plan_;
  Child child_;
  int ours_ = -1;
  int openHandles_ = 2;
  uv_poll_t poll_;
  uv_async_t ended_;
  std::vector<Ended> ends_;
  int error_ = 0;
  char buffer_[64 * 1024];
};

Value spawn(const CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto held = std::make_unique<Spawn>(env, info[1].As<Napi::Function>());
  if (const int error = held->start(info[0].As<Napi::Object>())) fail(env, "socketpair", error);
  Spawn* it = held.release();
  auto handle = Napi::Object::New(env);
  // TypeScript promises not to use them after "ended".
  handle["go"] = Napi::Function::New(env, [it](const CallbackInfo&) { it->go(); });
  handle["hangUp"] = Napi::Function::New(env, [it](const CallbackInfo&) { it->hangUp(); });
  return handle;
}

// ── small doors ─────────────────────────────────────────────────────────────────────────────────────────────────────

int number(const CallbackInfo& info, size_t i) { return info[i].As<Napi::Number>().Int32Value(); }

// A copy of a file in memory that nobody can change any more: what a container runs must not be a way back to the
// file on the machine (memfd_create(2), "File sealing").
Value sealedCopy(const CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string path = info[0].ToString();
  const std::string name = info[1].ToString();
  const int from = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (from < 0) fail(env, "open", errno);
  struct stat about;
  fstat(from, &about);
  const int copy = memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
  ssize_t moved = copy < 0 ? -1 : 1;
  for (off_t at = 0; moved > 0 && at < about.st_size;) moved = sendfile(copy, from, &at, about.st_size - at);
  close(from);
  if (moved < 0) fail(env, copy < 0 ? "memfd_create" : "sendfile", errno);
  if (fcntl(copy, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
    fail(env, "fcntl(F_ADD_SEALS)", errno);
  return Napi::Number::New(env, copy);
}

Value openInRoot(const CallbackInfo& info) {
  const int fd = ::openInRoot(std::string(info[0].ToString()).c_str(), std::string(info[1].ToString()).c_str());
  if (fd < 0) fail(info.Env(), "openat2", -fd);
  return Napi::Number::New(info.Env(), fd);
}

// A pty of the machine's own devpts: [master, slave].
Value openPty(const CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0) fail(env, "open(/dev/ptmx)", errno);
  if (unlockpt(master) < 0) fail(env, "ioctl(TIOCSPTLCK)", errno);
  const int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0) fail(env, "ioctl(TIOCGPTPEER)", errno);
  auto pair = Napi::Array::New(env, 2);
  pair[0u] = master;
  pair[1u] = slave;
  return pair;
}

Value resize(const CallbackInfo& info) {
  winsize size = {static_cast<unsigned short>(number(info, 1)), static_cast<unsigned short>(number(info, 2)), 0, 0};
  if (ioctl(number(info, 0), TIOCSWINSZ, &size) < 0) fail(info.Env(), "ioctl(TIOCSWINSZ)", errno);
  return info.Env().Undefined();
}

// A descriptor for a process: unlike its number it never means another one (pidfd_open(2)).
Value pidfdOpen(const CallbackInfo& info) {
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, number(info, 0), 0));
  if (fd < 0) fail(info.Env(), "pidfd_open", errno);
  return Napi::Number::New(info.Env(), fd);
}

Value pidfdSignal(const CallbackInfo& info) {
  // Gone already is as good as received.
  if (syscall(SYS_pidfd_send_signal, number(info, 0), number(info, 1), nullptr, 0) < 0 && errno != ESRCH)
    fail(info.Env(), "pidfd_send_signal", errno);
  return info.Env().Undefined();
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports["spawn"] = Napi::Function::New(env, spawn);
  exports["sealedCopy"] = Napi::Function::New(env, sealedCopy);
  exports["openInRoot"] = Napi::Function::New(env, openInRoot);
  exports["openPty"] = Napi::Function::New(env, openPty);
  exports["resize"] = Napi::Function::New(env, resize);
  exports["pidfdOpen"] = Napi::Function::New(env, pidfdOpen);
  exports["pidfdSignal"] = Napi::Function::New(env, pidfdSignal);
  return exports;
}

}  // namespace

NODE_API_MODULE(cooper, init)
