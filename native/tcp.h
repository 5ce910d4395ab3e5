// What the small programs that speak TCP share.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>

// A socket that listens on all of the machine's IPv4 addresses, or -1 and errno.
inline int listenOn(int port) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // Not held back by connections of a server before this one; another listener is still refused.
  const int yes = 1;
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in here = {};
  here.sin_family = AF_INET;
  here.sin_port = htons(port);
  if (bind(server, reinterpret_cast<sockaddr*>(&here), sizeof here) < 0) return -1;
  return listen(server, 16) < 0 ? -1 : server;
}

// One byte is sent at once, or it would wait for more to go with it.
inline void sendAtOnce(int connection) {
  const int yes = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

// For both ends of a conversation: waking another processor takes longer than the way there.
inline void stayOnOneProcessor() {
  cpu_set_t ours;
  if (sched_getaffinity(0, sizeof ours, &ours) < 0) return;
  int first = 0;
  while (!CPU_ISSET(first, &ours)) first++;
  CPU_ZERO(&ours);
  CPU_SET(first, &ours);
  sched_setaffinity(0, sizeof ours, &ours);
}
