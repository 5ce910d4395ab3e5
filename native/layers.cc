// The doors to what an overlay notes on files, which Node has none for: extended attributes (xattr(7)) and whiteouts.
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <cerrno>

#include "doors.h"

using Napi::CallbackInfo;
using Napi::Value;

namespace {

// The value of an attribute of a file itself, not of what a link leads to; undefined when it has none of that name,
// or when we may not see it.
Value getXattr(const CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string path = info[0].ToString();
  const std::string name = info[1].ToString();
  char value[256];
  const ssize_t size = lgetxattr(path.c_str(), name.c_str(), value, sizeof value);
  if (size >= 0) return Napi::String::New(env, value, static_cast<size_t>(size));
  if (errno == ENODATA || errno == EOPNOTSUPP || errno == EPERM || errno == EACCES) return env.Undefined();
  fail(env, "lgetxattr", errno);
}

Value setXattr(const CallbackInfo& info) {
  const std::string path = info[0].ToString();
  const std::string name = info[1].ToString();
  const std::string value = info[2].ToString();
  if (lsetxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0) < 0) fail(info.Env(), "lsetxattr", errno);
  return info.Env().Undefined();
}

Value removeXattr(const CallbackInfo& info) {
  const std::string path = info[0].ToString();
  const std::string name = info[1].ToString();
  if (lremovexattr(path.c_str(), name.c_str()) < 0 && errno != ENODATA) fail(info.Env(), "lremovexattr", errno);
  return info.Env().Undefined();
}

// The one device node that everybody may make: 0:0 leads to no driver (Linux 5.8).
Value whiteout(const CallbackInfo& info) {
  const std::string path = info[0].ToString();
  if (mknod(path.c_str(), S_IFCHR, makedev(0, 0)) < 0) fail(info.Env(), "mknod", errno);
  return info.Env().Undefined();
}

}  // namespace

void exportLayers(Napi::Env env, Napi::Object exports) {
  exports["getXattr"] = Napi::Function::New(env, getXattr);
  exports["setXattr"] = Napi::Function::New(env, setXattr);
  exports["removeXattr"] = Napi::Function::New(env, removeXattr);
  exports["whiteout"] = Napi::Function::New(env, whiteout);
}
