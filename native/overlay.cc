// An overlay of more layers than one mount(2) can name: its options have to fit into a page.
//
// The newer way to mount (fsopen(2) and its family, Linux 5.2) takes options one by one, and an overlay takes its
// layers so from 6.8 on; as descriptors from 6.13 on, and before that as texts of at most 255 bytes. Where that is not
// possible, the names are made shorter by standing beside the layers, as docker does it.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "plan.h"

// <linux/mount.h> has these, but no C library's <sys/mount.h> can stand beside it everywhere.
#ifndef SYS_move_mount
#define SYS_move_mount 429
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#endif

namespace {

constexpr unsigned closeOnExec = 1;  // FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC
constexpr unsigned emptyFrom = 4;    // MOVE_MOUNT_F_EMPTY_PATH
enum Command : unsigned { SetFlag = 0, SetString = 1, SetDescriptor = 5, Create = 6 };  // FSCONFIG_*

int configure(int context, Command command, const char* key, const char* value, int number = 0) {
  return syscall(SYS_fsconfig, context, command, key, value, number) < 0 ? errno : 0;
}

int addLayer(int context, const char* key, const char* path) {
  const int directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return errno;
  int error = configure(context, SetDescriptor, key, nullptr, directory);
  if (error == EINVAL) error = configure(context, SetString, key, path);
  close(directory);
  return error;
}

int place(int context, const char* to) {
  const int error = configure(context, Create, nullptr, nullptr);
  if (error) return error;
  const int mount = static_cast<int>(syscall(SYS_fsmount, context, closeOnExec, 0));
  if (mount < 0) return errno;
  const int moved = syscall(SYS_move_mount, mount, "", AT_FDCWD, to, emptyFrom) < 0 ? errno : 0;
  close(mount);
  return moved;
}

int mountFrom(const char* from, const char* to, const char* options) {
  const int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (here < 0) return errno;
  int error = chdir(from) < 0 || mount("overlay", to, "overlay", 0, options) < 0 ? errno : 0;
  if (fchdir(here) < 0 && !error) error = errno;
  close(here);
  return error;
}

// Arguments of the call: where to; the directory around the layers, and the options as seen from there (null: too long
// even so); userxattr; upper and work, or null; the lower ones.
constexpr size_t firstLower = 6;

int layerByLayer(const Call& c) {
  const int context = static_cast<int>(syscall(SYS_fsopen, "overlay", closeOnExec));
  if (context < 0) return errno;
  int error = configure(context, SetString, "source", "overlay");
  for (size_t i = firstLower; !error && i < c.args.size(); i++) error = addLayer(context, "lowerdir+", c.path(i));
  if (!error && c.path(4)) error = addLayer(context, "upperdir", c.path(4));
  if (!error && c.path(5)) error = addLayer(context, "workdir", c.path(5));
  if (!error && c.number(3)) error = configure(context, SetFlag, "userxattr", nullptr);
  if (!error) error = place(context, c.path(0));
  close(context);
  return error;
}

}  // namespace

int mountOverlay(const Call& c) {
  const int error = layerByLayer(c);
  // Before 6.5 the option is taken as a text, and is not known only in the end: so whatever was wrong, ask again.
  const bool unknown = error == ENOSYS || error == EINVAL;
  return unknown && c.path(2) ? mountFrom(c.path(1), c.path(0), c.path(2)) : error;
}
