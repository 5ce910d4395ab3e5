// Netlink (netlink(7)): the messages are built in src/kernel/netlink/; here they are only sent and answered. A message is
// about the network namespace that its socket was made in, wherever the sender stands by then.
#include <linux/netlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "doors.h"
#include "wire.h"

using Napi::CallbackInfo;
using Napi::Value;

namespace {

int openNetlink(int protocol) {
  const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  if (fd < 0) return -errno;
  const int yes = 1;
  // The kernel's own sentence beside the errno; and only as much of our request as it needs to be found.
  setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &yes, sizeof yes);
  setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &yes, sizeof yes);
  return fd;
}

// The number of a link in the namespace of any socket of ours, or 0: netdevice(7), SIOCGIFINDEX.
int indexOf(const char* name) {
  const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0) return 0;
  ifreq request = {};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  const int failed = ioctl(any, SIOCGIFINDEX, &request);
  close(any);
  return failed < 0 ? 0 : request.ifr_ifindex;
}

// A socket of another network namespace. A thread can stand in one of its own for a moment (setns(2)); Node's stay.
int openNetlinkIn(int protocol, int space) {
  int fd = -1;
  std::thread([&] { fd = setns(space, CLONE_NEWNET) < 0 ? -errno : openNetlink(protocol); }).join();
  return fd;
}

int number(const CallbackInfo& info, size_t i) { return info[i].As<Napi::Number>().Int32Value(); }

// (protocol, descriptor of a network namespace or -1) → a socket.
Value netlinkOpen(const CallbackInfo& info) {
  const int space = number(info, 1);
  const int fd = space < 0 ? openNetlink(number(info, 0)) : openNetlinkIn(number(info, 0), space);
  if (fd < 0) fail(info.Env(), space < 0 ? "socket(AF_NETLINK)" : "setns", -fd);
  return Napi::Number::New(info.Env(), fd);
}

// (socket, request) → everything the kernel answered, up to its NLMSG_DONE or NLMSG_ERROR. It answers in the sender's own
// time, so there is nothing to wait for.
Value netlinkAsk(const CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const int fd = number(info, 0);
  const auto request = info[1].As<Napi::Uint8Array>();
  if (send(fd, request.Data(), request.ByteLength(), 0) < 0) fail(env, "send(AF_NETLINK)", errno);
  std::string answer;
  static char buffer[64 * 1024];
  for (bool more = true; more;) {
    const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail(env, "recv(AF_NETLINK)", got < 0 ? errno : EPIPE);
    auto* header = reinterpret_cast<nlmsghdr*>(buffer);
    for (int left = static_cast<int>(got); NLMSG_OK(header, left); header = NLMSG_NEXT(header, left))
      if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) more = false;
    answer.append(buffer, got);
  }
  return Napi::Buffer<char>::Copy(env, answer.data(), answer.size());
}

}  // namespace

// For children: args are the message, and then for each link it names: the name, and where in the message its number
// belongs. Numbers of links are known only in the namespace they lie in.
int netlink(const Call& call) {
  const std::string& message = call.args[0].text;
  for (size_t i = 1; i + 1 < call.args.size(); i += 2) {
    const int index = indexOf(call.args[i].text.c_str());
    if (!index) return ENODEV;
    memcpy(const_cast<char*>(message.data()) + call.number(i + 1), &index, sizeof index);
  }
  const int fd = openNetlink(NETLINK_ROUTE);
  if (fd < 0) return -fd;
  int error = send(fd, message.data(), message.size(), 0) < 0 ? errno : 0;
  char answer[1024];
  ssize_t got = 0;
  if (!error) {
    do got = recv(fd, answer, sizeof answer, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0) error = errno;
  }
  const auto* header = reinterpret_cast<const nlmsghdr*>(answer);
  if (!error && got >= static_cast<ssize_t>(NLMSG_LENGTH(sizeof(nlmsgerr))) && header->nlmsg_type == NLMSG_ERROR) {
    nlmsgerr verdict;
    memcpy(&verdict, NLMSG_DATA(header), sizeof verdict);
    error = -verdict.error;
  }
  close(fd);
  return error;
}

// For children: a socket of the namespace they stand in, handed up to Node, which may not enter it.
int openNetlinkFor(Child& child) {
  const int fd = openNetlink(NETLINK_ROUTE);
  if (fd < 0) return -fd;
  const int error = sendDescriptor(child.wire, Message::Opened, fd);
  close(fd);
  return error;
}

void exportNetlink(Napi::Env env, Napi::Object exports) {
  exports["netlinkOpen"] = Napi::Function::New(env, netlinkOpen);
  exports["netlinkAsk"] = Napi::Function::New(env, netlinkAsk);
}
