// Paths in the new root, while the old one is still around it.
//
// The new root's content may be anybody's: a link in it, /dev say, may point to a directory of the machine, and what
// we mount or make "in the container" would land there. So no path below the new root is given to the kernel as a
// path. Each is opened once, with openat2(2) as if the new root were the root already, and the call is made with the
// descriptor: what was found cannot be exchanged any more. See path_resolution(7) and openat2(2), RESOLVE_IN_ROOT.
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "plan.h"

namespace {

// A descriptor for a path in the new root, or a negative errno. EAGAIN: somebody renames directories meanwhile.
int openInRoot(int root, const char* path, uint64_t resolve, uint64_t flags = O_PATH) {
  open_how how = {};
  how.flags = flags | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve;
  long found;
  do found = syscall(SYS_openat2, root, path, &how, sizeof how);
  while (found < 0 && (errno == EAGAIN || errno == EINTR));
  return found < 0 ? -errno : static_cast<int>(found);
}

// The directory that holds the last name of a path, and where that name begins.
int openParent(int root, const char* path, const char** name) {
  const char* slash = strrchr(path, '/');
  *name = slash ? slash + 1 : path;
  char parent[4096] = ".";
  if (slash && slash != path) {
    const size_t length = static_cast<size_t>(slash - path);
    if (length >= sizeof parent) return -ENAMETOOLONG;
    memcpy(parent, path, length);
    parent[length] = 0;
  }
  // "." and ".." are no names: what they lead to is not below the directory that was opened.
  if (!**name || !strcmp(*name, ".") || !strcmp(*name, "..")) return -EINVAL;
  return openInRoot(root, parent, 0);
}

int find(int root, const Argument& argument) {
  const char* path = argument.text.c_str();
  const char* name = nullptr;
  const int fd = argument.base == Argument::Entry ? openParent(root, path, &name)
                                                  : openInRoot(root, path, argument.base == Argument::Exact ? RESOLVE_NO_SYMLINKS : 0);
  if (fd < 0) return fd;
  if (name && strlen(name) > 255) {
    close(fd);
    return -ENAMETOOLONG;
  }
  // A link in /proc to a descriptor leads to what is open, whatever stands at its path now.
  snprintf(argument.resolved.get(), resolvedSize, name ? "/proc/self/fd/%d/%s" : "/proc/self/fd/%d", fd, name);
  return fd;
}

// A volume at /data must not land in /proc because a link in the root file system says so: what reads there believes
// the kernel (CVE-2019-16884).
bool mountsOnProc(const Call& call, const Argument& argument, int fd) {
  struct statfs about;
  return argument.base == Argument::Target && !strcmp(call.operation->name, "mount") && fstatfs(fd, &about) == 0 &&
         about.f_type == PROC_SUPER_MAGIC;
}

}  // namespace

int runInRoot(Child& child, const Call& call) {
  int opened[8];
  int count = 0;
  int error = 0;
  for (const Argument& argument : call.args) {
    if (argument.base == Argument::Here) continue;
    const int fd = count < 8 ? find(child.root, argument) : -E2BIG;
    if (fd < 0) {
      error = -fd;
      break;
    }
    opened[count++] = fd;
    if (mountsOnProc(call, argument, fd)) {
      error = ELOOP;
      break;
    }
  }
  if (!error) error = call.operation->run(child, call);
  while (count) close(opened[--count]);
  return error;
}

int openInRoot(const char* root, const char* path) {
  const int base = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (base < 0) return -errno;
  // Without O_NONBLOCK a FIFO in the root file system would hold us.
  const int found = openInRoot(base, path, 0, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  close(base);
  return found;
}

int removeEmpty(const char* root, const char* path) {
  const int base = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (base < 0) return errno;
  const char* name;
  const int parent = openParent(base, path, &name);
  close(base);
  if (parent < 0) return -parent;
  struct stat about = {};
  int error = fstatat(parent, name, &about, AT_SYMLINK_NOFOLLOW) < 0 ? errno : 0;
  const bool directory = S_ISDIR(about.st_mode);
  if (!error && !directory && (!S_ISREG(about.st_mode) || about.st_size > 0)) error = ENOTEMPTY;
  if (!error && unlinkat(parent, name, directory ? AT_REMOVEDIR : 0) < 0) error = errno;
  close(parent);
  return error;
}

int openRoot(Child& child, const char* path) {
  child.root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return child.root < 0 ? errno : 0;
}

int makePath(Child& child, const char* path, bool directory) {
  char prefix[4096];
  const size_t length = strlen(path);
  if (length >= sizeof prefix) return ENAMETOOLONG;
  for (size_t end = 1; end <= length; end++) {
    if (path[end] != '/' && path[end] != 0) continue;
    memcpy(prefix, path, end);
    prefix[end] = 0;
    const bool last = path[end] == 0 || path[end + 1] == 0;
    const int there = openInRoot(child.root, prefix, 0);
    if (there >= 0) {
      close(there);
      continue;
    }
    if (there != -ENOENT) return -there;
    const char* name;
    const int parent = openParent(child.root, prefix, &name);
    if (parent < 0) return -parent;
    int error = 0;
    if (last && !directory) {
      const int made = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
      error = made < 0 ? errno : 0;
      if (made >= 0) close(made);
    } else if (mkdirat(parent, name, 0755) < 0) {
      error = errno;
    }
    close(parent);
    if (error && error != EEXIST) return error;
  }
  return 0;
}
