// cooper-init: process 1 of a container, so that the program need not be.
//
//   cooper-init [--stay] PROGRAM [ARGUMENT…]
//
// Process 1 has three duties that no ordinary program expects. It gets only the signals it asked for, so we pass
// each one on. It inherits every orphan of the namespace, so we reap them. And when it ends, the kernel ends all the
// others, so we end when the program does, with its status. With --stay we go on reaping: a machine does not end with
// one of its programs.
//
// Without a PID namespace we are no process 1, and the kernel ends nobody with us. So when our maker is killed we take
// the program along ourselves, and all that came of it.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// Of a subreaper (prctl(2)), every descendant that loses its parent becomes a child: when we have no child left, nobody
// is left.
static void endDescendants() {
  do {
    FILE* children = fopen("/proc/thread-self/children", "r");
    if (!children) return;
    for (pid_t child; fscanf(children, "%d", &child) == 1;) kill(child, SIGKILL);
    fclose(children);
  } while (waitpid(-1, NULL, 0) > 0);
}

int main(int argc, char** argv) {
  prctl(PR_SET_NAME, "cooper-init");
  const bool stay = argc > 1 && !strcmp(argv[1], "--stay");
  if (stay) argv++, argc--;
  if (argc < 2) {
    fprintf(stderr, "cooper-init: usage: cooper-init [--stay] PROGRAM [ARGUMENT...]\n");
    return 125;
  }

  // Blocked signals wait for us instead of being dropped; sigwait takes them one by one.
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);

  const int makerDied = SIGRTMAX;  // nobody is likely to send that one; and not our maker, who passes others on
  const pid_t maker = getppid();
  const bool isFirst = getpid() == 1;
  if (!isFirst) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, makerDied);  // it was SIGKILL, and that nobody lives to act on
  }

  const pid_t program = fork();
  if (program < 0) {
    fprintf(stderr, "cooper-init: fork failed: %s\n", strerror(errno));
    return 125;
  }
  if (program == 0) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    // Where there is no PID namespace, nobody else would end it when we are killed ourselves.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execvp(argv[1], argv + 1);
    const int error = errno;
    fprintf(stderr, "cooper-init: cannot run %s: %s\n", argv[1], strerror(error));
    _exit(error == ENOENT ? 127 : 126);
  }

  for (;;) {
    siginfo_t heard;
    const int signal = sigwaitinfo(&all, &heard);
    if (signal < 0) continue;
    if (signal == makerDied && heard.si_pid == maker && !isFirst) {
      endDescendants();
      return 125;
    }
    if (signal != SIGCHLD) {
      // What a key sent, the kernel sent to the program too: we share its process group. But when the terminal goes,
      // it tells only who leads the session, and that is us.
      if (heard.si_code != SI_KERNEL || signal == SIGHUP) kill(program, signal);
      continue;
    }
    // One SIGCHLD can stand for many children.
    int status;
    for (pid_t ended; (ended = waitpid(-1, &status, WNOHANG)) > 0;)
      if (ended == program && !stay) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}
