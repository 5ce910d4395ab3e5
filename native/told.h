// What JavaScript is told of a child: the words are Told's in src/kernel/native.ts.
#pragma once

#include <napi.h>

#include <vector>

#include "maker.h"

class Told {
 public:
  Told(Napi::Env env, Napi::Function told) : env_(env), told_(Napi::Persistent(told)) {}

  void born(pid_t pid, int pidfd, uint64_t nanoseconds);
  void born(int pidfd);  // by a child, which may number it otherwise
  void reports(const void* from, size_t count);
  void opened(int descriptor);
  void notRun(int error, uint32_t which);
  void closed();
  void exited(const Ended& end);
  void ended(const std::vector<Ended>& ends, int error);

 private:
  template <typename... Rest>
  void tell(const char* what, Rest... rest);

  Napi::Env env_;
  Napi::FunctionReference told_;
};
