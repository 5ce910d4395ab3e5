// The thread that makes a child and waits for it, and what it shares with Node's loop. Who waits for whom is drawn in
// child.cc.
#pragma once

#include <sched.h>
#include <sys/wait.h>
#include <uv.h>

#include <atomic>
#include <future>
#include <vector>

#include "plan.h"

// How a process ended; small enough for one word.
struct Ended {
  pid_t pid;
  int16_t code;
  int16_t signal;
};

Ended endOf(const siginfo_t& info);

// One child that is made. Its plan is read into it in two parts: the birth before `start`, the life before `ready`.
struct Maker {
  Plan plan;
  Child child;
  std::promise<bool> ready;            // whether it is to live, once all of the plan is read
  int ours = -1;                       // our end of the wire
  std::atomic<Ended> heard = Ended{};  // how the first process ended, once that is known
  uv_async_t over;                     // sent when all have ended; the thread does not look here again
  std::vector<Ended> ends;             // … and how
  int error = 0;                       // the errno of the clone

  // Makes the wire, and has a thread make the child. Returns 0 or errno. Then `over` must be made and `ready` told.
  int start();

  // The child need not wait any longer.
  void go();

 private:
  cpu_set_t processors_;  // where we may run

  int startThread();
  static void* onThread(void* it);
  void makeAndWait();
};
