// What is known here in C++'s words, put into JavaScript's.
#include "told.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

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

}  // namespace

template <typename... Rest>
void Told::tell(const char* what, Rest... rest) {
  Napi::HandleScope scope(env_);
  try {
    told_.MakeCallback(env_.Global(), {Napi::String::New(env_, what), Napi::Value::From(env_, rest)...});
  } catch (const Napi::Error& thrown) {
    // What JavaScript threw is JavaScript's to handle ('uncaughtException'); through libuv's C it would abort us.
    napi_fatal_exception(env_, thrown.Value());
  }
}

void Told::born(pid_t pid, int pidfd, uint64_t nanoseconds) {
  tell("born", pid, pidfd, static_cast<double>(nanoseconds));
}

void Told::born(int pidfd) { born(pidOf(pidfd), pidfd, 0); }

// One flat array of numbers: call, errno, nanoseconds, call … On the wire a Report stands at any address.
void Told::reports(const void* from, size_t count) {
  Napi::HandleScope scope(env_);
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

void Told::opened(int descriptor) { tell("opened", descriptor); }

void Told::notRun(int error, uint32_t which) { tell("notRun", error, which); }

void Told::closed() { tell("closed"); }

void Told::exited(const Ended& end) { tell("exited", end.code, end.signal); }

void Told::ended(const std::vector<Ended>& ends, int error) {
  Napi::HandleScope scope(env_);
  auto all = Napi::Array::New(env_, ends.size());
  for (size_t i = 0; i < ends.size(); i++) {
    auto end = Napi::Object::New(env_);
    end["pid"] = ends[i].pid;
    end["code"] = ends[i].code;
    end["signal"] = ends[i].signal;
    all[static_cast<uint32_t>(i)] = end;
  }
  tell("ended", all, error);
}
