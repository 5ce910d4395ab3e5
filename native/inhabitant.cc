// The inhabitants of the workbench: what else runs on a machine, so that a leak has something to show. One program
// under three names:
//
//   webserver   answers any request on port 80
//   database    listens on port 5432
//   cron        writes a line to /var/log/cron.log every ten seconds
//
// They do nothing else and end with the workbench.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tcp.h"

static void answer(int port, const char* text) {
  const int server = listenOn(port);
  // A neighbour without a port is still a neighbour.
  while (server < 0) pause();
  for (;;) {
    const int client = accept(server, nullptr, nullptr);
    if (client < 0) continue;
    // What was asked does not matter, but reading it lets the client finish; two seconds are enough for anyone.
    const timeval patience = {2, 0};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char asked[4096];
    if (read(client, asked, sizeof asked) >= 0) (void)!write(client, text, strlen(text));
    close(client);
  }
}

static void writeLog() {
  for (;;) {
    const int log = open("/var/log/cron.log", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (log >= 0) {
      dprintf(log, "%ld cron: nothing to do\n", static_cast<long>(time(nullptr)));
      close(log);
    }
    sleep(10);
  }
}

int main(int, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  const char* slash = strrchr(argv[0], '/');
  const char* name = slash ? slash + 1 : argv[0];
  if (!strcmp(name, "webserver"))
    answer(80, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nHello from the workbench.\n");
  if (!strcmp(name, "database")) answer(5432, "");
  if (!strcmp(name, "cron")) writeLog();
  fprintf(stderr, "%s: call me webserver, database or cron\n", name);
  return 2;
}
