// The doors to sockets that are held rather than used: what is bound stays ours, and is free again when we are gone.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "doors.h"

using Napi::CallbackInfo;
using Napi::Value;

namespace {

struct Address {
  sockaddr_storage bytes = {};
  socklen_t size = 0;
  sockaddr* generic() { return reinterpret_cast<sockaddr*>(&bytes); }
};

// An address in digits; '' is every address there is. Returns false for what is none.
bool read(const std::string& text, int port, Address& address) {
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.bytes);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.bytes);
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.size = sizeof v4;
    return true;
  }
  if (!text.empty() && inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) != 1) return false;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  address.size = sizeof v6;
  return true;
}

// Closes what it fails with, so that no refused port stays half held.
[[noreturn]] void failWith(int fd, Napi::Env env, const char* call) {
  const int error = errno;
  if (fd >= 0) close(fd);
  fail(env, call, error);
}

// listen(address, port, protocol): [descriptor, port]; a port of 0 lets the kernel choose.
Value listenAt(const CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string text = info[0].ToString();
  const int port = info[1].As<Napi::Number>().Int32Value();
  const bool tcp = info[2].ToString().Utf8Value() == "tcp";
  const int type = (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC;
  Address address;
  if (!read(text, port, address)) fail(env, "inet_pton", EINVAL);
  int fd = socket(address.bytes.ss_family, type, 0);
  if (fd < 0 && errno == EAFNOSUPPORT && text.empty()) {  // a kernel without IPv6: then all are those of IPv4
    address = {};
    read("0.0.0.0", port, address);
    fd = socket(AF_INET, type, 0);
  }
  if (fd < 0) fail(env, "socket", errno);
  const int yes = 1;
  // One socket hears both kinds (ipv6(7)), but an address that was named is only that one.
  const int only = !text.empty();
  if (address.bytes.ss_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  // Connections of an earlier holder may linger for a minute. With UDP it would share the port with anybody.
  if (tcp) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(fd, address.generic(), address.size) < 0) failWith(fd, env, "bind");
  if (tcp && listen(fd, SOMAXCONN) < 0) failWith(fd, env, "listen");
  if (getsockname(fd, address.generic(), &address.size) < 0) failWith(fd, env, "getsockname");
  auto pair = Napi::Array::New(env, 2);
  pair[0u] = fd;
  pair[1u] = ntohs(reinterpret_cast<sockaddr_in&>(address.bytes).sin_port);  // where sin6_port is, too
  return pair;
}

// A name that only one process of the network namespace can hold, and that is no file (unix(7), "abstract").
Value bindName(const CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string name = info[0].ToString();
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (name.size() >= sizeof address.sun_path) fail(env, "bind", ENAMETOOLONG);
  memcpy(address.sun_path + 1, name.data(), name.size());
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail(env, "socket", errno);
  const socklen_t size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) < 0) failWith(fd, env, "bind");
  return Napi::Number::New(env, fd);
}

}  // namespace

void exportSockets(Napi::Env env, Napi::Object exports) {
  exports["listen"] = Napi::Function::New(env, listenAt);
  exports["bindName"] = Napi::Function::New(env, bindName);
}
