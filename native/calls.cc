// What a child can ask of the kernel between clone and exec: one entry a call, the name as src/kernel/calls/ has it.
// Mechanism only; which calls, in which order and why is decided there. Nothing here may allocate: see child.cc.
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "plan.h"
#include "wire.h"

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

namespace {

int result(long value) { return value < 0 ? errno : 0; }

int writeFile(const char* path, int flags, mode_t mode, const std::string& text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, mode);
  if (file < 0) return errno;
  // One write: the kernel takes a map or a limit whole or not at all.
  const int error = result(write(file, text.data(), text.size()));
  close(file);
  return error;
}

// The program's descriptors become the terminal, and the terminal becomes ours (ioctl_tty(2), TIOCSCTTY).
int takeTerminal(int terminal) {
  if (ioctl(terminal, TIOCSCTTY, 0) < 0) return errno;
  for (int i = 0; i < 3; i++)
    if (terminal != i && dup2(terminal, i) < 0) return errno;
  return 0;
}

// A pty of the devpts that is mounted where we are now: its master goes up to Node, its slave is our terminal.
int openTerminal(Child& child, const Call& c) {
  const int master = open(c.path(0), O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0) return errno;
  int locked = 0;
  if (ioctl(master, TIOCSPTLCK, &locked) < 0) return errno;
  // TIOCGPTPEER opens the slave of this very master; a path could lead to another devpts.
  const int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0) return errno;
  winsize size = {static_cast<unsigned short>(c.number(1)), static_cast<unsigned short>(c.number(2)), 0, 0};
  ioctl(slave, TIOCSWINSZ, &size);
  int error = sendDescriptor(child.wire, Message::Opened, master);
  if (!error) error = takeTerminal(slave);
  close(slave);
  close(master);
  return error;
}

int linkUp(const char* name) {
  const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0) return errno;
  ifreq request = {};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  int error = result(ioctl(any, SIOCGIFFLAGS, &request));
  if (!error) {
    request.ifr_flags |= IFF_UP;
    error = result(ioctl(any, SIOCSIFFLAGS, &request));
  }
  close(any);
  return error;
}

int setCapabilities(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2];
  for (int half = 0; half < 2; half++) {
    data[half].effective = static_cast<uint32_t>(effective >> (32 * half));
    data[half].permitted = static_cast<uint32_t>(permitted >> (32 * half));
    data[half].inheritable = static_cast<uint32_t>(inheritable >> (32 * half));
  }
  return result(syscall(SYS_capset, &header, data));
}

// A change of ids, or a new user namespace, makes a process undumpable, and Node with it while memory is shared: then nobody without root may
// read our /proc files or write our maps. A child that joined foreign namespaces stays undumpable on purpose.
int keepDumpable(const Child& child, int error) {
  if (!error && child.plan->shareMemory) prctl(PR_SET_DUMPABLE, 1);
  return error;
}

// setgroups(2) wants an array: the arguments are its members.
int setGroups(const Call& c) {
  gid_t groups[64];
  if (c.args.size() > 64) return E2BIG;
  for (size_t i = 0; i < c.args.size(); i++) groups[i] = static_cast<gid_t>(c.number(i));
  // glibc's setgroups() would change every thread of Node that it knows of; the system call changes only us.
  return result(syscall(SYS_setgroups, c.args.size(), groups));
}

// mount_setattr(2): read-only for a whole tree in one call, and without touching the flags that are locked there.
int mountSetattr(const char* path, uint64_t set, bool recursive) {
  struct { uint64_t set, clear, propagation, userns; } attributes = {set, 0, 0, 0};
  return result(syscall(SYS_mount_setattr, AT_FDCWD, path, recursive ? AT_RECURSIVE : 0, &attributes, sizeof attributes));
}

int writeOfChild(const Child& child, const Call& c) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", child.pid, c.path(0));
  return writeFile(path, 0, 0, c.args[1].text);
}

const Operation table[] = {
    // files and mounts
    {"mount", [](Child&, const Call& c) { return result(mount(c.path(0), c.path(1), c.path(2), c.number(3), c.path(4))); }},
    {"mountSetattr", [](Child&, const Call& c) { return mountSetattr(c.path(0), c.number(1), c.number(2)); }},
    {"overlayMount", [](Child&, const Call& c) { return mountOverlay(c); }},
    {"umount", [](Child&, const Call& c) { return result(umount2(c.path(0), c.number(1))); }},
    {"pivotRoot", [](Child&, const Call& c) { return result(syscall(SYS_pivot_root, c.path(0), c.path(1))); }},
    {"chroot", [](Child&, const Call& c) { return result(chroot(c.path(0))); }},
    {"chdir", [](Child&, const Call& c) { return result(chdir(c.path(0))); }},
    {"fchdir", [](Child&, const Call& c) { return result(fchdir(c.number(0))); }},
    {"mkdir", [](Child&, const Call& c) { return result(mkdir(c.path(0), c.number(1))); }},
    {"mknod", [](Child&, const Call& c) { return result(mknod(c.path(0), c.number(1), makedev(c.number(2), c.number(3)))); }},
    {"symlink", [](Child&, const Call& c) { return result(symlink(c.path(0), c.path(1))); }},
    {"write", [](Child&, const Call& c) { return writeFile(c.path(0), c.number(2), c.number(3), c.args[1].text); }},
    {"writeOfChild", [](Child& child, const Call& c) { return writeOfChild(child, c); }},
    {"openRoot", [](Child& child, const Call& c) { return openRoot(child, c.path(0)); }},
    {"makePath", [](Child& child, const Call& c) { return makePath(child, c.args[0].text.c_str(), c.number(1)); }},
    // names
    {"sethostname", [](Child&, const Call& c) { return result(sethostname(c.path(0), c.args[0].text.size())); }},
    {"setdomainname", [](Child&, const Call& c) { return result(setdomainname(c.path(0), c.args[0].text.size())); }},
    // who we are and what we may do; the raw calls, because glibc's would change Node's threads too
    {"setsid", [](Child&, const Call&) { return result(setsid()); }},
    {"prctl", [](Child&, const Call& c) { return result(prctl(c.number(0), c.number(1), c.number(2), c.number(3), c.number(4))); }},
    {"setgroups", [](Child&, const Call& c) { return setGroups(c); }},
    {"setgid", [](Child& child, const Call& c) { return keepDumpable(child, result(syscall(SYS_setresgid, c.number(0), c.number(0), c.number(0)))); }},
    {"setuid", [](Child& child, const Call& c) { return keepDumpable(child, result(syscall(SYS_setresuid, c.number(0), c.number(0), c.number(0)))); }},
    {"capset", [](Child&, const Call& c) { return setCapabilities(c.number(0), c.number(1), c.number(2)); }},
    // namespaces
    {"unshare", [](Child& child, const Call& c) { return keepDumpable(child, result(unshare(c.number(0)))); }},
    {"setns", [](Child&, const Call& c) { return result(setns(c.number(0), c.number(1))); }},
    {"clone", [](Child& child, const Call& c) { return cloneAgain(child, c.number(0), c.number(1)); }},
    // descriptors
    {"inherit", [](Child&, const Call& c) { return result(fcntl(c.number(0), F_SETFD, 0)); }},
    // devices and links
    {"netlink", [](Child&, const Call& c) { return netlink(c); }},
    {"openNetlink", [](Child& child, const Call&) { return openNetlinkFor(child); }},
    {"linkUp", [](Child&, const Call& c) { return linkUp(c.path(0)); }},
    {"openTerminal", openTerminal},
    {"takeTerminal", [](Child&, const Call&) { return takeTerminal(0); }},
};

}  // namespace

const Operation* operationNamed(const std::string& name) {
  for (const Operation& operation : table)
    if (name == operation.name) return &operation;
  return nullptr;
}
