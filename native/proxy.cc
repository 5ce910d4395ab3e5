// cooper-proxy: carries what comes to the ports of the machine into a container, and back.
//
//   cooper-proxy [join PIDFD NAMESPACES] [idle SECONDS] {tcp|udp SOCKET ADDRESS PORT}…
//
// SOCKET is a descriptor that is already bound, and for TCP listening; ADDRESS:PORT is where it leads, as seen from our
// network namespace. The two need not be in the same one: a socket stays in the namespace it was made in, and so does
// every connection it accepts, wherever their holder goes. So from inside a container we answer at a door of the machine,
// and need no cable between the two. That is how a user without root publishes a port.
//
// One process and epoll(7), level-triggered: whoever has more to say is told about again, so each event moves one
// buffer and nobody waits long.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "relay.h"

namespace {

// The kernel sends SIGKILL when our parent ends, unless credentials changed since that was asked for: so it is asked
// again, and whoever was faster is seen by our having another parent.
void dieWith(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
}

// We live outside the container: its files and processes are not ours, but ours could become its own if it could trace
// us. That takes CAP_SYS_PTRACE over the user namespace in which a program was *executed*, for one that is not
// dumpable (ptrace(2), "Ptrace access mode checking"). So we are executed out here, become undumpable, and only then
// go in; the other way round the container's root could look into us. And nothing we do takes a capability.
int becomeHarmless(int pidfd, int namespaces) {
  const pid_t parent = getppid();
  prctl(PR_SET_DUMPABLE, 0);
  if (pidfd >= 0 && setns(pidfd, namespaces) < 0) return errno;
  if (pidfd >= 0) close(pidfd);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  if (syscall(SYS_capset, &header, none) < 0) return errno;
  prctl(PR_SET_DUMPABLE, 0);
  dieWith(parent);
  return 0;
}

bool read(const char* address, const char* port, Target& target) {
  auto& v4 = reinterpret_cast<sockaddr_in&>(target.address);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(target.address);
  if (inet_pton(AF_INET, address, &v4.sin_addr) == 1) {
    target.size = sizeof v4;
    v4.sin_family = AF_INET;
  } else if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1) {
    target.size = sizeof v6;
    v6.sin6_family = AF_INET6;
  } else {
    return false;
  }
  v4.sin_port = htons(static_cast<uint16_t>(atoi(port)));  // sin6_port is in the same place
  return true;
}

int wrongly() {
  fprintf(stderr,
          "cooper-proxy: usage: cooper-proxy [join PIDFD NAMESPACES] [idle SECONDS] {tcp|udp SOCKET ADDRESS PORT}...\n");
  return EINVAL;
}

}  // namespace

// Ends with the errno of what it could not do at its start.
int main(int argc, char** argv) {
  char** word = argv + 1;
  char** const end = argv + argc;
  const auto next = [&](const char* name, int values) {
    return end - word > values && !strcmp(*word, name);
  };
  int pidfd = -1, namespaces = 0, idle = 90;
  if (next("join", 2)) pidfd = atoi(word[1]), namespaces = atoi(word[2]), word += 3;
  if (const int error = becomeHarmless(pidfd, namespaces)) return error;
  if (next("idle", 1)) idle = atoi(word[1]), word += 2;

  signal(SIGPIPE, SIG_IGN);
  rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;  // two for each connection
  setrlimit(RLIMIT_NOFILE, &files);

  events = epoll_create1(EPOLL_CLOEXEC);
  if (events < 0) return errno;
  std::vector<std::unique_ptr<Door>> doors;
  for (; word < end; word += 4) {
    const bool tcp = next("tcp", 3);
    Target target;
    if ((!tcp && !next("udp", 3)) || !read(word[2], word[3], target)) return wrongly();
    const int fd = atoi(word[1]);
    if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0) return errno;  // a caller may be gone before we turn to it
    if (tcp) doors.push_back(std::make_unique<TcpDoor>(fd, target));
    else doors.push_back(std::make_unique<UdpDoor>(fd, target, idle));
    if (!doors.back()->want(EPOLLIN)) return errno;
  }
  if (doors.empty()) return wrongly();
  // This is how our parent knows that all went well.
  prctl(PR_SET_NAME, "cooper-proxy");

  for (time_t swept = now();;) {
    epoll_event happened[64];
    // With no descriptor left, callers wait in the kernel's queue until there are some again: we must not be told of
    // them all the time.
    const bool closed = full;
    if (closed) for (auto& door : doors) door->want(0);
    const int count = epoll_wait(events, happened, 64, closed ? 50 : Caller::count ? 1000 : -1);
    full = false;
    for (int i = 0; i < count; i++) {
      auto* watched = static_cast<Watched*>(happened[i].data.ptr);
      if (watched->fd >= 0) watched->ready(happened[i].events);
    }
    if (closed) for (auto& door : doors) door->want(EPOLLIN);
    if (now() != swept) {
      swept = now();
      for (auto& door : doors) door->sweep(swept);
    }
    over.clear();  // only now: an event of this round could have been theirs
  }
}
