// cooper-init: process 1 of a container, so that the program need not be.
//
//   cooper-init [--stay] PROGRAM [ARGUMENT…]
//
// Process 1 has three duties that no ordinary program expects. It gets only the signals it asked for, so we pass
// each one on. It inherits every orphan of the namespace, so we reap them. And when it ends, the kernel ends all the
// others, so we end when the program does, with its status. With --stay we go on reaping: a machine does not end with
// one of its programs.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

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

  const pid_t program = fork();
  if (program < 0) {
    fprintf(stderr, "cooper-init: fork failed: %s\n", strerror(errno));
    return 125;
  }
  if (program == 0) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    // Where there is no PID namespace, nobody else would end it when we are killed.
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
    if (signal != SIGCHLD) {
      // What a key sent, the kernel sent to the program too: we share its process group.
      if (heard.si_code != SI_KERNEL) kill(program, signal);
      continue;
    }
    // One SIGCHLD can stand for many children.
    int status;
    for (pid_t ended; (ended = waitpid(-1, &status, WNOHANG)) > 0;)
      if (ended == program && !stay) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}
