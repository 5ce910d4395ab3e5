// How cooper-proxy carries connections and datagrams. Whatever has a descriptor that epoll(7) watches is a Watched; a
// Door is one where others come in.
#pragma once

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

inline int events;                              // the epoll descriptor
inline bool full = false;                       // the kernel has no descriptor or memory for us at the moment
inline char buffer[256 * 1024];                 // one for all: what is not taken at once is put aside
inline std::vector<std::shared_ptr<void>> over; // no longer in use, but an event of this round may still name it

inline time_t now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec;
}

struct Watched {
  int fd = -1;
  bool known = false;
  uint32_t wanted = 0;

  virtual ~Watched() { leave(); }
  virtual void ready(uint32_t happened) = 0;

  bool want(uint32_t what) {
    if (known && what == wanted) return true;
    epoll_event event = {what, {this}};
    if (epoll_ctl(events, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) < 0) return false;
    wanted = what;
    return known = true;
  }

  void leave() {
    if (fd >= 0) close(fd);  // epoll forgets what is closed
    fd = -1;
  }
};

// Where a door leads.
struct Target {
  sockaddr_storage address = {};
  socklen_t size = 0;

  int socket(int type) const { return ::socket(address.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }
  int connect(int fd) const { return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), size); }
};

struct Door : Watched {
  const Target to;
  Door(int socket, const Target& target) : to(target) { fd = socket; }
  virtual void sweep(time_t) {}
};

// ── TCP ──

struct Connection;

// One end of a connection. Either can say all it has to say (a read of 0) and go on listening. That is passed on with
// shutdown(2), once everything said before it was taken.
struct Side final : Watched {
  Connection& whole;
  Side& other;
  std::string rest;   // from the other end, not taken yet; as long as there is any, the other is not read
  bool said = false;  // it has said all
  bool told = false;  // it was told that the other has

  Side(Connection& connection, Side& opposite, int socket) : whole(connection), other(opposite) {
    fd = socket;
    const int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);  // whoever speaks in small pieces decided so
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);  // an end that lost its power says nothing
  }

  void ready(uint32_t happened) override;
  void hear();
  void take(const char* data, size_t size);
  void finish();
};

// Belongs to itself until it is over.
struct Connection {
  Side client, server;
  bool dialling = true;
  bool torn = false;     // one end broke off in the middle: the other must not take what it got for the whole
  bool unheard = false;  // one end is gone, and the other still talks to it

  Connection(int from, int to) : client(*this, server, from), server(*this, client, to) {}

  void end(bool reset) {
    const linger none = {1, 0};
    for (Side* side : {&client, &server}) {
      if (reset && side->fd >= 0) setsockopt(side->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
      side->leave();
    }
    over.emplace_back(std::shared_ptr<Connection>(this));
  }

  // After every event: passes on what is due, and wants of the kernel what can be next.
  void settle() {
    for (Side* side : {&client, &server}) {
      if (side->fd < 0 || !side->rest.empty()) continue;
      if (torn) return end(true);
      if (side->other.said && !side->told) side->told = shutdown(side->fd, SHUT_WR) == 0;
      // As the kernel does: data for nobody is answered with a reset. But that would destroy what is still on its way.
      int onTheWay = 0;
      if (unheard && ioctl(side->fd, SIOCOUTQ, &onTheWay) == 0 && !onTheWay) return end(true);
    }
    const auto done = [](const Side& side) { return side.fd < 0 || (side.said && side.told); };
    if (done(client) && done(server)) return end(false);
    for (Side* side : {&client, &server}) {
      const bool room = side->other.fd < 0 || side->other.rest.empty();
      const bool hears = !dialling && !torn && !side->said && room;
      const bool gives = !side->rest.empty() || (dialling && side == &server);
      if (side->fd >= 0 && !side->want((hears ? EPOLLIN : 0u) | (gives ? EPOLLOUT : 0u))) return end(true);
    }
  }
};

inline void Side::ready(uint32_t happened) {
  if (whole.dialling && this == &whole.server) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) return whole.end(true);  // refused: an orderly end would look like an empty answer
    whole.dialling = false;
  }
  if (happened & (EPOLLERR | EPOLLHUP)) {
    finish();
  } else {
    if (happened & EPOLLOUT) take(rest.data(), rest.size());
    if (happened & EPOLLIN) hear();
  }
  whole.settle();
}

inline void Side::hear() {
  const ssize_t got = fd < 0 ? -1 : recv(fd, buffer, sizeof buffer, 0);
  if (got == 0) said = true;
  if (got > 0 && other.fd < 0) whole.unheard = true;
  else if (got > 0) other.take(buffer, got);
}

// Takes what it can, and keeps the rest for later. `data` is new only where nothing was kept.
inline void Side::take(const char* data, size_t size) {
  const ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return finish();
  const size_t taken = sent < 0 ? 0 : sent;
  if (rest.empty()) rest.assign(data + taken, size - taken);
  else rest.erase(0, taken);
}

// This end is no more. What it said before may still be in its socket: no more than a receive buffer holds.
inline void Side::finish() {
  ssize_t got;
  while ((got = recv(fd, buffer, sizeof buffer, 0)) > 0)
    if (other.fd >= 0) other.rest.append(buffer, got);
  if (got < 0 && !said) whole.torn = true;
  said = true;
  rest.clear();
  leave();
}

struct TcpDoor final : Door {
  using Door::Door;

  // The way out before the way in: who cannot be served stays in the kernel's queue instead of being turned away.
  void ready(uint32_t) override {
    const int server = to.socket(SOCK_STREAM);
    const int client = server < 0 ? -1 : accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0) {
      full |= errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
      if (server >= 0) close(server);
      return;
    }
    auto* connection = new Connection(client, server);
    if (to.connect(server) < 0 && errno != EINPROGRESS) connection->end(true);
    else connection->settle();
  }
};

// ── UDP ──

// There are no connections, so we make some up: a socket for each sender, through which the answers come back. It is
// kept until nothing was said for a while.
struct Caller final : Watched {
  static inline size_t count = 0;
  const Door& door;
  sockaddr_storage from;
  msghdr back = {};  // to the sender, and from the address that was called
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(in6_pktinfo))];
  time_t heard = now();

  Caller(const Door& entered, int socket) : door(entered) { fd = socket, count++; }
  ~Caller() { count--; }

  void ready(uint32_t) override {
    const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    if (got < 0) return;  // ECONNREFUSED: nobody there yet
    iovec part = {buffer, static_cast<size_t>(got)};
    back.msg_iov = &part;
    back.msg_iovlen = 1;
    sendmsg(door.fd, &back, MSG_NOSIGNAL);
    heard = now();
  }
};

struct UdpDoor final : Door {
  static constexpr size_t most = 1024;
  const int idle;
  std::map<std::string, std::shared_ptr<Caller>> callers;

  UdpDoor(int socket, const Target& target, int seconds) : Door(socket, target), idle(seconds) {
    // A socket for all addresses has to be told from which one it answers: the one that was called (ip(7), IP_PKTINFO).
    const int yes = 1;
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &yes, sizeof yes) < 0)
      setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes);
  }

  void ready(uint32_t) override {
    sockaddr_storage from = {};
    alignas(cmsghdr) char control[sizeof Caller::control];
    iovec part = {buffer, sizeof buffer};
    msghdr came = {&from, sizeof from, &part, 1, control, sizeof control, 0};
    const ssize_t got = recvmsg(fd, &came, 0);
    if (got < 0) return;
    const std::string name(reinterpret_cast<char*>(&from), came.msg_namelen);
    const auto found = callers.find(name);
    Caller* caller = found != callers.end() ? found->second.get() : enter(name);
    if (!caller) return;
    caller->from = from;
    memcpy(caller->control, control, sizeof control);
    caller->back = {&caller->from, came.msg_namelen, nullptr, 0, caller->control, came.msg_controllen, 0};
    caller->heard = now();
    send(caller->fd, buffer, got, MSG_NOSIGNAL);
  }

  // nullptr where there is no descriptor for it: datagrams may be lost.
  Caller* enter(const std::string& name) {
    if (callers.size() >= most) {
      auto oldest = callers.begin();
      for (auto at = oldest; at != callers.end(); ++at)
        if (at->second->heard < oldest->second->heard) oldest = at;
      forget(oldest);
    }
    const int socket = to.socket(SOCK_DGRAM);
    if (socket < 0) return nullptr;
    auto caller = std::make_shared<Caller>(*this, socket);
    if (to.connect(socket) < 0 || !caller->want(EPOLLIN)) return nullptr;
    return (callers[name] = caller).get();
  }

  std::map<std::string, std::shared_ptr<Caller>>::iterator forget(decltype(callers)::iterator which) {
    which->second->leave();
    over.push_back(which->second);
    return callers.erase(which);
  }

  void sweep(time_t time) override {
    for (auto at = callers.begin(); at != callers.end();)
      at = time - at->second->heard >= idle ? forget(at) : std::next(at);
  }
};
