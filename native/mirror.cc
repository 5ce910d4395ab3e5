// mirror: a server that tells everyone who they are, as seen from here.
//
//   mirror [PORT]
//
// Whoever connects gets one line with the address that they come from. Then mirror repeats what they say until they
// hang up, one process for each: so a connection stays for as long as somebody wants to look at it.
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tcp.h"

static void talk(int client, const sockaddr_in& from) {
  char said[4096];
  char address[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &from.sin_addr, address, sizeof address);
  int length = snprintf(said, sizeof said, "You are %s.\n", address);
  sendAtOnce(client);
  do {
    if (write(client, said, length) != length) return;
    length = read(client, said, sizeof said);
  } while (length > 0);
}

int main(int argc, char** argv) {
  const char* port = argc > 1 ? argv[1] : "80";
  char* end;
  const long number = strtol(port, &end, 10);
  if (argc > 2 || *end || end == port || number < 1 || number > 65535) {
    fprintf(stderr, "mirror: tell me one port, from 1 to 65535\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  signal(SIGCHLD, SIG_IGN);
  stayOnOneProcessor();
  const int server = listenOn(static_cast<int>(number));
  if (server < 0) {
    fprintf(stderr, "mirror: port %ld: %s\n", number, strerror(errno));
    return 1;
  }
  const pid_t self = getpid();
  for (;;) {
    sockaddr_in from = {};
    socklen_t size = sizeof from;
    const int client = accept4(server, reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC);
    if (client < 0) continue;
    const pid_t child = fork();
    if (child == 0) {
      // Whoever ends the mirror ends all its conversations.
      prctl(PR_SET_PDEATHSIG, SIGTERM);
      if (getppid() != self) _exit(0);
      close(server);
      talk(client, from);
      _exit(0);
    }
    close(client);
  }
}
