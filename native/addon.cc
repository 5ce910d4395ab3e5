// The door between TypeScript and the kernel: src/kernel/native.ts is what it looks like from the other side. Making
// children is in spawn.cc; here are the small doors.
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "doors.h"

using Napi::CallbackInfo;
using Napi::Value;

[[noreturn]] void fail(Napi::Env env, const char* call, int error) {
  Napi::Error failure = Napi::Error::New(env, std::string(call) + ": " + strerror(error));
  failure.Set("errno", Napi::Number::New(env, error));
  failure.Set("syscall", Napi::String::New(env, call));
  throw failure;
}

namespace {

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

// A file in memory: gone with its descriptor.
Value memoryFile(const CallbackInfo& info) {
  const int fd = memfd_create(std::string(info[0].ToString()).c_str(), MFD_CLOEXEC);
  if (fd < 0) fail(info.Env(), "memfd_create", errno);
  return Napi::Number::New(info.Env(), fd);
}

Value openInRoot(const CallbackInfo& info) {
  const int fd = ::openInRoot(std::string(info[0].ToString()).c_str(), std::string(info[1].ToString()).c_str());
  if (fd < 0) fail(info.Env(), "openat2", -fd);
  return Napi::Number::New(info.Env(), fd);
}

Value removeEmpty(const CallbackInfo& info) {
  const int error =
      ::removeEmpty(std::string(info[0].ToString()).c_str(), std::string(info[1].ToString()).c_str());
  if (error) fail(info.Env(), "unlinkat", error);
  return info.Env().Undefined();
}

// Whether we got it now: shared with others, or for us alone. It goes with the descriptor (flock(2)).
Value lock(const CallbackInfo& info) {
  const int kind = info[1].ToBoolean() ? LOCK_EX : LOCK_SH;
  return Napi::Boolean::New(info.Env(), flock(number(info, 0), kind | LOCK_NB) == 0);
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

// The user namespace that owns a namespace: ioctl_ns(2). EPERM when it is neither ours nor below ours.
Value ownerOf(const CallbackInfo& info) {
  const int owner = ioctl(number(info, 0), NS_GET_USERNS);
  if (owner < 0) fail(info.Env(), "ioctl(NS_GET_USERNS)", errno);
  return Napi::Number::New(info.Env(), owner);
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
  exportSpawn(env, exports);
  exportNetlink(env, exports);
  exportSockets(env, exports);
  exportLayers(env, exports);
  exportBpf(env, exports);
  exports["sealedCopy"] = Napi::Function::New(env, sealedCopy);
  exports["memoryFile"] = Napi::Function::New(env, memoryFile);
  exports["openInRoot"] = Napi::Function::New(env, openInRoot);
  exports["removeEmpty"] = Napi::Function::New(env, removeEmpty);
  exports["lock"] = Napi::Function::New(env, lock);
  exports["openPty"] = Napi::Function::New(env, openPty);
  exports["resize"] = Napi::Function::New(env, resize);
  exports["ownerOf"] = Napi::Function::New(env, ownerOf);
  exports["pidfdOpen"] = Napi::Function::New(env, pidfdOpen);
  exports["pidfdSignal"] = Napi::Function::New(env, pidfdSignal);
  return exports;
}

}  // namespace

NODE_API_MODULE(cooper, init)
