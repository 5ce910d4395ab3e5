// A thread for each child, and where one without a child waits for the next.
#include "maker.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "wire.h"

namespace {

// A thread whose child has ended waits here for the next one, if no other does: to make a thread takes longer than to
// wake one. It is never taken down, for one may be waiting when the process ends.
struct Parking {
  std::mutex mutex;
  std::condition_variable woken;
  pid_t taken = 0;  // the number of the thread
  Maker* next = nullptr;

  // Returns what to do next; nullptr when there is a thread here already.
  Maker* park() {
    std::unique_lock<std::mutex> lock(mutex);
    if (taken) return nullptr;
    taken = gettid();
    woken.wait(lock, [this] { return next != nullptr; });
    taken = 0;
    return std::exchange(next, nullptr);
  }

  // Returns whether a thread was waiting for it.
  bool wake(Maker* work, const cpu_set_t& where) {
    std::lock_guard<std::mutex> lock(mutex);
    if (!taken || next) return false;
    next = work;
    sched_setaffinity(taken, sizeof where, &where);
    woken.notify_one();
    return true;
  }
};

Parking& parking = *new Parking;

}  // namespace

Ended endOf(const siginfo_t& info) {
  const auto status = static_cast<int16_t>(info.si_status);
  const bool exited = info.si_code == CLD_EXITED;
  return {info.si_pid, exited ? status : int16_t{0}, exited ? int16_t{0} : status};
}

int Maker::start() {
  int wire[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, wire) < 0) return errno;
  ours = wire[0];
  child.plan = &plan;
  child.wire = wire[1];
  plan.keep.push_back(wire[1]);
  if (plan.program >= 0) plan.keep.push_back(plan.program);
  std::sort(plan.keep.begin(), plan.keep.end());
  const int error = startThread();
  if (error) {
    close(wire[0]);
    close(wire[1]);
  }
  return error;
}

void Maker::go() {
  if (ours >= 0) send(ours, "g", 1, MSG_NOSIGNAL);
}

// The scheduler leaves a thread on its waker's processor until that one sleeps, and we have the rest of the plan to
// read yet. So it starts on another, and may go anywhere from its first line on, as may the child.
int Maker::startThread() {
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

void* Maker::onThread(void* it) {
  auto* self = static_cast<Maker*>(it);
  for (; self; self = parking.park()) {
    sched_setaffinity(0, sizeof self->processors_, &self->processors_);
    self->makeAndWait();
  }
  return nullptr;
}

// Runs on a thread for this child alone, which must live as long as that does: PR_SET_PDEATHSIG watches the thread.
// With its last line this may be deleted.
void Maker::makeAndWait() {
  pthread_setname_np(pthread_self(), "cooper-child");
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  alignas(16) char stack[64 * 1024];
  std::future<bool> told = ready.get_future();
  // A copy of our memory must find the plan complete in it.
  if (!plan.shareMemory) told.wait();
  const long pid = makeChild(child, stack, sizeof stack);
  const bool wanted = told.get();
  if (pid < 0) error = static_cast<int>(-pid);
  else if (wanted && (!standBeside(child) || plan.asks)) tellBorn(child);
  else if (wanted && (!child.shared || child.wait.exchange(Child::Gone) == Child::Asleep)) go();
  close(child.wire);  // now only the child's copies are left, and the wire ends when they do
  siginfo_t info = {};
  // Only the children of this thread: the first, and those it made with CLONE_PARENT.
  while (waitid(P_ALL, 0, &info, WEXITED | __WALL | __WNOTHREAD) == 0 || errno == EINTR) {
    if (!info.si_pid) continue;
    if (info.si_pid == child.pid) heard = endOf(info);
    ends.push_back(endOf(info));
    info = {};
  }
  uv_async_send(&over);
}
