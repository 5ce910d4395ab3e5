// eat: takes memory, step by step, and draws what its control group makes of it.
//
//   eat MIB
//
// A line for each step: how much the whole group uses, against the limit of the group. Keeps what it took until somebody
// ends it; the kernel does when the limit is reached.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

constexpr long mib = 1 << 20;
constexpr int step = 4;
constexpr int width = 40;

// The directory of our group where memory is counted: a line of /proc/self/cgroup says which, in either version.
static bool ourGroup(char* directory, size_t size, bool* first) {
  FILE* lines = fopen("/proc/self/cgroup", "re");
  if (lines == nullptr) return false;
  char line[512];
  bool found = false;
  while (!found && fgets(line, sizeof line, lines) != nullptr) {
    line[strcspn(line, "\n")] = 0;
    const char* path = strrchr(line, ':') + 1;
    *first = strstr(line, ":memory:") != nullptr;
    found = *first || strncmp(line, "0::", 3) == 0;
    snprintf(directory, size, "/sys/fs/cgroup%s%s", *first ? "/memory" : "", path);
    // Version 2 stands last, and is there on a hybrid machine as well: without its files it is the wrong one.
    if (found && access(directory, X_OK) < 0) found = false;
  }
  fclose(lines);
  return found;
}

// A file with one number, in MiB; -1 when there is none, or it says that there is no limit.
static double read(const char* directory, const char* name) {
  char path[640];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE* file = fopen(path, "re");
  if (file == nullptr) return -1;
  double bytes = -1;
  if (fscanf(file, "%lf", &bytes) != 1) bytes = -1;
  fclose(file);
  // Version 1 says "no limit" with a number that no machine reaches.
  return bytes < 0 || bytes > 1e18 ? -1 : bytes / mib;
}

static void draw(double usage, double limit) {
  char bar[width + 1];
  const int filled = static_cast<int>(width * usage / limit + 0.5);
  for (int at = 0; at < width; at++) bar[at] = at < filled ? '#' : '.';
  bar[width] = 0;
  printf("%5.0f MiB |%s| %.0f\n", usage, bar, limit);
}

int main(int argc, char** argv) {
  const int wanted = argc == 2 ? atoi(argv[1]) : 0;
  if (wanted < 1) {
    fprintf(stderr, "eat: tell me how many MiB, as in: eat 100\n");
    return 2;
  }
  setvbuf(stdout, nullptr, _IOLBF, 0);
  char group[512];
  bool first = false;
  const bool counted = ourGroup(group, sizeof group, &first);
  for (int taken = 0; taken < wanted; taken += step) {
    const long size = (wanted - taken < step ? wanted - taken : step) * mib;
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      fprintf(stderr, "eat: after %d MiB: %s\n", taken, strerror(errno));
      return 1;
    }
    // Memory is given when it is written to, not when it is asked for.
    memset(memory, 1, size);
    const double usage = counted ? read(group, first ? "memory.usage_in_bytes" : "memory.current") : -1;
    const double limit = counted ? read(group, first ? "memory.limit_in_bytes" : "memory.max") : -1;
    if (usage >= 0 && limit > 0) draw(usage, limit);
    // So that an eye can follow.
    const timespec moment = {0, 20'000'000};
    nanosleep(&moment, nullptr);
  }
  printf("%5d MiB, and nobody stopped me\n", wanted);
  for (;;) pause();
}
