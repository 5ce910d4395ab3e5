// roundtrips: how long a byte is on its way to a mirror and back.
//
//   roundtrips HOST PORT [TRIPS]
//
// Prints the median of many round trips (1000, if nothing is said), in microseconds. Half of them were faster and half were slower, so the few
// in which this machine had something else to do do not count.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "tcp.h"

static int failed(const char* what) {
  fprintf(stderr, "roundtrips: %s: %s\n", what, strerror(errno));
  return 1;
}

static long now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000L + time.tv_nsec;
}

int main(int argc, char** argv) {
  constexpr int most = 1000;
  const int trips = argc == 4 ? atoi(argv[3]) : most;
  sockaddr_in there = {};
  there.sin_family = AF_INET;
  const bool right = (argc == 3 || argc == 4) && trips >= 1 && trips <= most;
  if (!right || inet_pton(AF_INET, argv[1], &there.sin_addr) != 1 || atoi(argv[2]) < 1) {
    fprintf(stderr, "roundtrips: tell me an address and a port, as in: roundtrips 127.0.0.1 80\n");
    return 2;
  }
  there.sin_port = htons(atoi(argv[2]));
  stayOnOneProcessor();
  const int mirror = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(mirror, reinterpret_cast<sockaddr*>(&there), sizeof there) < 0) return failed("connect");
  sendAtOnce(mirror);
  char byte = 0;
  while (byte != '\n')
    if (read(mirror, &byte, 1) != 1) return failed("read");

  static long took[most];
  for (int trip = 0; trip < trips; trip++) {
    const long start = now();
    if (write(mirror, &byte, 1) != 1) return failed("write");
    if (read(mirror, &byte, 1) != 1) return failed("read");
    took[trip] = now() - start;
  }
  std::sort(took, took + trips);
  printf("%.1f\n", took[trips / 2] / 1000.0);
  return 0;
}
