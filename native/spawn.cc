// One child from Node's side: the thread that makes it and waits, and what is heard of it on Node's loop. The life of
// the child itself, and who waits for whom, is drawn in child.cc.
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

#include "doors.h"

using Napi::CallbackInfo;
using Napi::Value;

namespace {

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

class Spawn;

// A thread whose child has ended waits here for the next one, if no other does: to make a thread takes longer than to
// wake one. It is never taken down, for one may be waiting when the process ends.
struct Parking {
  std::mutex mutex;
  std::condition_variable woken;
  pid_t taken = 0;  // the number of the thread
  Spawn* next = nullptr;

  // Returns what to do next; nullptr when there is a thread here already.
  Spawn* park() {
    std::unique_lock<std::mutex> lock(mutex);
    if (taken) return nullptr;
    taken = gettid();
    woken.wait(lock, [this] { return next != nullptr; });
    taken = 0;
    return std::exchange(next, nullptr);
  }

  // Returns whether a thread was waiting for it.
  bool wake(Spawn* work, const cpu_set_t& where) {
    std::lock_guard<std::mutex> lock(mutex);
    if (!taken || next) return false;
    next = work;
    sched_setaffinity(taken, sizeof where, &where);
    woken.notify_one();
    return true;
  }
};

Parking& parking = *new Parking;

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
    for (const int fd : plan_.stdio)
      if (fcntl(fd, F_GETFD) < 0) return errno;
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
    int16_t code;
    int16_t signal;
  };

  static Ended endOf(const siginfo_t& info) {
    const auto status = static_cast<int16_t>(info.si_status);
    const bool exited = info.si_code == CLD_EXITED;
    return {info.si_pid, exited ? status : int16_t{0}, exited ? int16_t{0} : status};
  }

  // The scheduler leaves a thread on its waker's processor until that one sleeps, and we have the rest of the plan to
  // read yet. So it starts on another, and may go anywhere from its first line on, as may the child.
  int startThread() {
    sched_getaffinity(0, sizeof processors_, &processors_);
    cpu_set_t others = processors_;
    CPU_CLR(sched_getcpu(), &others);
    if (parking.wake(this, CPU_COUNT(&others) ? others : processors_)) return 0;
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
    for (; self; self = parking.park()) {
      sched_setaffinity(0, sizeof self->processors_, &self->processors_);
      self->makeAndWait();
    }
    return nullptr;
  }

  // Runs on a thread for this child alone, which must live as long as that does: PR_SET_PDEATHSIG watches the thread.
  // With its last line this may be deleted.
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
    else if (wanted && (!child_.shared || child_.wait.exchange(Child::Gone) == Child::Asleep)) go();
    close(child_.wire);  // now only the child's copies are left, and the wire ends when they do
    siginfo_t info = {};
    // Only the children of this thread: the first, and those it made with CLONE_PARENT.
    while (waitid(P_ALL, 0, &info, WEXITED | __WALL | __WNOTHREAD) == 0 || errno == EINTR) {
      if (!info.si_pid) continue;
      if (info.si_pid == child_.pid) heard_ = endOf(info);
      ends_.push_back(endOf(info));
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
        watchForEnd();
        tell("closed");
        return;
      }
      Message message;
      memcpy(&message, buffer_, sizeof message);
      switch (message.kind) {
        case Message::Born: {
          tellOurs();
          const int pidfd = descriptorIn(header);
          onlyOne_ = false;
          if (pidfd >= 0) tell("born", pidOf(pidfd), pidfd, 0);
          break;
        }
        case Message::Reports:
          tellReports(buffer_ + sizeof message, message.count);
          break;
        case Message::Failed:
          tellOurs();
          break;
        case Message::Opened:
          tell("opened", descriptorIn(header));
          break;
        case Message::NotRun:
          tellOurs();
          tell("notRun", message.value, message.count);
          break;
      }
    }
  }

  // Its own thread waits for it as well, but what that hears it must pass on to the loop. Whoever is first reaps.
  void watchForEnd() {
    if (!onlyOne_ || child_.pidfd < 0) return;
    uv_poll_init(poll_.loop, &end_, child_.pidfd);
    end_.data = this;
    openHandles_++;
    watching_ = true;
    uv_poll_start(&end_, UV_READABLE, onEnd);
  }

  void stopWatching() {
    if (!watching_) return;
    watching_ = false;
    uv_close(reinterpret_cast<uv_handle_t*>(&end_), onClosed);
  }

  static void onEnd(uv_poll_t* handle, int, int) {
    auto* self = static_cast<Spawn*>(handle->data);
    siginfo_t info = {};
    const int got = waitid(static_cast<idtype_t>(P_PIDFD), self->child_.pidfd, &info, WEXITED | WNOHANG | __WALL);
    self->stopWatching();
    const Ended end = got == 0 && info.si_pid ? endOf(info) : self->heard_.load();
    // Neither: then the thread is just about to pass it on.
    if (!end.pid) return;
    Napi::HandleScope scope(self->env_);
    self->tell("exited", end.code, end.signal);
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
    stopWatching();
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
  uv_poll_t end_;
  bool watching_ = false;
  bool onlyOne_ = true;  // no process of the chain made another
  uv_async_t ended_;
  std::vector<Ended> ends_;
  std::atomic<Ended> heard_ = Ended{};  // how the first process ended, once its thread knows; small enough for one word
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

}  // namespace

void exportSpawn(Napi::Env env, Napi::Object exports) {
  exports["spawn"] = Napi::Function::New(env, spawn);
  exports["live"] = Napi::Function::New(env, live);
  exports["go"] = Napi::Function::New(env, go);
  exports["hangUp"] = Napi::Function::New(env, hangUp);
}
