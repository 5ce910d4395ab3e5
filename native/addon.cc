// The door between TypeScript and the kernel: see src/kernel/native.d.ts for what it looks like from the other side.
#include <fcntl.h>
#include <napi.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
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
#include <future>
#include <memory>

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
  const uint32_t length = array.Length();
  std::vector<std::string> out;
  out.reserve(length);
  for (uint32_t i = 0; i < length; i++) out.push_back(array.Get(i).ToString());
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

Argument readArgument(const Value& value) {
  Argument argument;
  switch (value.Type()) {
    case napi_number:
      argument.number = value.As<Napi::Number>().Int64Value();
      break;
    case napi_null:
    case napi_undefined:
      argument.null = true;
      break;
    case napi_object:
      readPathInRoot(value.As<Napi::Object>(), argument);
      break;
    default:
      argument.text = value.ToString();
  }
  return argument;
}

Call readCall(const Napi::Array& from) {
  const std::string name = from.Get(0u).ToString();
  Call call = {operationNamed(name), {}};
  if (!call.operation) throw Napi::TypeError::New(from.Env(), "no call is named " + name);
  const uint32_t length = from.Length();
  call.args.reserve(length);
  for (uint32_t i = 1; i < length; i++) call.args.push_back(readArgument(from.Get(i)));
  return call;
}

// What the clone and the child's first acts need.
void readBirth(const Napi::Object& from, Plan& plan) {
  plan.flags = from.Get("flags").As<Napi::Number>().Int64Value();
  plan.shareMemory = from.Get("shareMemory").ToBoolean();
  plan.cgroup = from.Get("cgroup").As<Napi::Number>().Int32Value();
  plan.program = from.Get("program").As<Napi::Number>().Int32Value();
  const auto stdio = from.Get("stdio").As<Napi::Array>();
  for (uint32_t i = 0; i < 3; i++) plan.stdio[i] = Value(stdio[i]).As<Napi::Number>().Int32Value();
  const auto keep = from.Get("keep").As<Napi::Array>();
  for (uint32_t i = 0; i < keep.Length(); i++) plan.keep.push_back(Value(keep[i]).As<Napi::Number>().Int32Value());
}

// What it will do afterwards.
void readLife(const Napi::Object& from, Plan& plan) {
  const auto calls = from.Get("calls").As<Napi::Array>();
  const uint32_t length = calls.Length();
  plan.calls.reserve(length);
  for (uint32_t i = 0; i < length; i++) plan.calls.push_back(readCall(calls.Get(i).As<Napi::Array>()));
  plan.beside = from.Get("beside").As<Napi::Number>().Uint32Value();
  plan.asks = from.Get("asks").ToBoolean();
  plan.argv = strings(from.Get("argv"));
  plan.env = strings(from.Get("env"));
  plan.paths = strings(from.Get("paths"));
  plan.argvPointers = pointers(plan.argv);
  plan.envPointers = pointers(plan.env);
}

// The descriptor that travelled with a message, or -1.
int descriptorIn(msghdr& header) {
  int descriptor = -1;
  if (cmsghdr* rights = CMSG_FIRSTHDR(&header)) memcpy(&descriptor, CMSG_DATA(rights), sizeof descriptor);
  return descriptor;
}

// The number that a process has here, whatever it is called where its pidfd was opened (proc_pid_fdinfo(5)).
int pidOf(int pidfd) {
  char text[512];
  snprintf(text, sizeof text, "/proc/self/fdinfo/%d", pidfd);
  const int info = open(text, O_RDONLY | O_CLOEXEC);
  const ssize_t got = info < 0 ? 0 : read(info, text, sizeof text - 1);
  text[got > 0 ? got : 0] = 0;
  if (info >= 0) close(info);
  const char* line = strstr(text, "\nPid:");
  return line ? atoi(line + strlen("\nPid:")) : 0;
}

// ── spawn ───────────────────────────────────────────────────────────────────────────────────────────────────────────

// One child and what watches it: the wire on Node's loop, and the thread that made it. It deletes itself when the
// child has ended, everything was told, and both handles are closed.
class Spawn {
 public:
  Spawn(Napi::Env env, Napi::Function told) : env_(env), told_(Napi::Persistent(told)) {}

  ~Spawn() {
    if (!birthTold_ && child_.pidfd >= 0) close(child_.pidfd);
  }

  // Returns 0 or errno. Afterwards a child is on its way, `told` hears of it, and one of the other three must follow.
  int beBorn(const Napi::Object& birth) {
    readBirth(birth, plan_);
    int wire[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, wire) < 0) return errno;
    ours_ = wire[0];
    child_.plan = &plan_;
    child_.wire = wire[1];
    plan_.keep.push_back(wire[1]);
    if (plan_.program >= 0) plan_.keep.push_back(plan_.program);
    std::sort(plan_.keep.begin(), plan_.keep.end());
    if (const int error = startThread()) {
      close(wire[0]);
      close(wire[1]);
      return error;
    }

    uv_loop_t* loop = nullptr;
    napi_get_uv_event_loop(env_, &loop);
    uv_poll_init(loop, &poll_, ours_);
    uv_async_init(loop, &ended_, onEnded);
    poll_.data = ended_.data = this;
    uv_poll_start(&poll_, UV_READABLE | UV_DISCONNECT, onWire);
    return 0;
  }

  // While the kernel makes the namespaces, what the child is to do.
  void live(const Napi::Object& life) {
    readLife(life, plan_);
    child_.reports.reserve(plan_.calls.size());
    lives_ = true;
    ready_.set_value(true);
  }

  void go() {
    if (ours_ >= 0) send(ours_, "g", 1, MSG_NOSIGNAL);
  }

  // Closing our end is how a child learns that it is not wanted: whatever it waits for, it ends.
  void hangUp() {
    closeWire();
    if (!lives_) ready_.set_value(false);
    lives_ = true;
  }

 private:
  struct Ended {
    pid_t pid;
    int code;
    int signal;
  };

  // The scheduler leaves a new thread on its maker's processor until that one sleeps, and we have the rest of the plan
  // to read yet. So it starts on another, and may go anywhere from its first line on, as may the child.
  int startThread() {
    sched_getaffinity(0, sizeof processors_, &processors_);
    cpu_set_t others = processors_;
    CPU_CLR(sched_getcpu(), &others);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (CPU_COUNT(&others)) pthread_attr_setaffinity_np(&attributes, sizeof others, &others);
    pthread_t thread;
    const int error = pthread_create(&thread, &attributes, onThread, this);
    pthread_attr_destroy(&attributes);
    return error;
  }

  static void* onThread(void* it) {
    auto* self = static_cast<Spawn*>(it);
    sched_setaffinity(0, sizeof self->processors_, &self->processors_);
    self->makeAndWait();
    return nullptr;
  }

  // Runs on a thread of its own, which must live as long as the child: PR_SET_PDEATHSIG watches this thread.
  void makeAndWait() {
    pthread_setname_np(pthread_self(), "cooper-child");
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    alignas(16) char stack[64 * 1024];
    std::future<bool> ready = ready_.get_future();
    // A copy of our memory must find the plan complete in it.
    if (!plan_.shareMemory) ready.wait();
    const long pid = makeChild(child_, stack, sizeof stack);
    const bool wanted = ready.get();
    if (pid < 0) error_ = static_cast<int>(-pid);
    else if (wanted && (!standBeside(child_) || plan_.asks)) tellBorn(child_);
    else if (wanted) go();
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
    // Another child of this moment may hold the wire open a little longer, but ours is over.
    self->tellOurs();
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
        tellOurs();
        tell("closed");
        return;
      }
      Message message;
      memcpy(&message, buffer_, sizeof message);
      switch (message.kind) {
        case Message::Born: {
          tellOurs();
          const int pidfd = descriptorIn(header);
          if (pidfd >= 0) tell("born", pidOf(pidfd), pidfd, 0);
          break;
        }
        case Message::Reports:
          tellReports(buffer_ + sizeof message, message.count);
          break;
        case Message::Failed:
          tellOurs();
          break;
        case Message::Terminal:
          tell("terminal", descriptorIn(header));
          break;
        case Message::NotRun:
          tellOurs();
          tell("notRun", message.value, message.count);
          break;
      }
    }
  }

  // What stands in our own memory: the first birth, and the reports of whoever shares it. Only when those wait or are
  // gone.
  void tellOurs() {
    Napi::HandleScope scope(env_);
    if (!birthTold_ && child_.pid > 0) {
      birthTold_ = true;
      tell("born", child_.pid, child_.pidfd, static_cast<double>(child_.birth));
    }
    const size_t count = child_.reports.size() - child_.reported;
    if (count) tellReports(&child_.reports[child_.reported], count);
    child_.reported += count;
  }

  // One flat array of numbers: call, errno, nanoseconds, call …
  void tellReports(const void* from, size_t count) {
    auto flat = Napi::Float64Array::New(env_, count * 3);
    for (size_t i = 0; i < count; i++) {
      Report report;
      memcpy(&report, static_cast<const char*>(from) + i * sizeof report, sizeof report);
      flat[i * 3] = report.call;
      flat[i * 3 + 1] = report.error;
      flat[i * 3 + 2] = static_cast<double>(report.nanoseconds);
    }
    tell("reports", flat);
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
  cpu_set_t processors_;  // where we may run
  std::promise<bool> ready_;  // whether it is to live, once all of the plan is read
  bool lives_ = false;        // that was said
  bool birthTold_ = false;
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
  if (const int error = held->beBorn(info[0].As<Napi::Object>())) fail(env, "spawn", error);
  return Napi::External<Spawn>::New(env, held.release());
}

// TypeScript promises not to use a child after its "ended".
Spawn* child(const CallbackInfo& info) { return info[0].As<Napi::External<Spawn>>().Data(); }

void live(const CallbackInfo& info) { child(info)->live(info[1].As<Napi::Object>()); }

void go(const CallbackInfo& info) { child(info)->go(); }

void hangUp(const CallbackInfo& info) { child(info)->hangUp(); }

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
  exports["live"] = Napi::Function::New(env, live);
  exports["go"] = Napi::Function::New(env, go);
  exports["hangUp"] = Napi::Function::New(env, hangUp);
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
