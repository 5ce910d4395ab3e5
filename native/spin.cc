// spin: does nothing, as fast as it can, and draws when it was allowed to.
//
//   spin SECONDS
//
// A character for each hundredth of a second, fifty in a line: # it ran, + it ran in a part of it, . it did not. A
// process cannot see that it stands still, but when it looks at the clock again it has missed something.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

constexpr long slot = 10'000'000;
constexpr int slots = 50;
// Between two looks at the clock; who misses more has not been running.
constexpr long blink = 500'000;

static long now(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1'000'000'000L + time.tv_nsec;
}

static void draw(const long* ran, long count) {
  for (long at = 0; at < count; at++) putchar(ran[at] > slot * 3 / 4 ? '#' : ran[at] > slot / 10 ? '+' : '.');
  if (count > 0) putchar('\n');
}

int main(int argc, char** argv) {
  const double seconds = argc == 2 ? atof(argv[1]) : 0;
  if (seconds <= 0) {
    fprintf(stderr, "spin: tell me how many seconds, as in: spin 1\n");
    return 2;
  }
  setvbuf(stdout, nullptr, _IOLBF, 0);
  const long start = now(CLOCK_MONOTONIC);
  const long end = start + static_cast<long>(seconds * 1e9);
  long ran[slots] = {};
  long row = 0;
  for (long last = start; last < end;) {
    const long time = now(CLOCK_MONOTONIC);
    const long at = (time - start) / slot;
    for (; row < at / slots; row++) {
      draw(ran, slots);
      memset(ran, 0, sizeof ran);
    }
    if (time - last < blink) ran[at % slots] += time - last;
    last = time;
  }
  draw(ran, (end - start) / slot % slots);
  const double share = 100.0 * now(CLOCK_PROCESS_CPUTIME_ID) / (now(CLOCK_MONOTONIC) - start);
  printf("%.0f %%\n", share);
  return 0;
}
