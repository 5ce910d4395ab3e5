// The door to bpf(2) for one purpose: a program that the kernel asks each time a process of a group opens or makes a
// device node. What it says is written in src/container/cgroup/ebpf.ts; here it is handed over.
#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "doors.h"

namespace {

using Napi::CallbackInfo;
using Napi::Value;

long bpf(int command, bpf_attr* about) { return syscall(SYS_bpf, command, about, sizeof *about); }

// The group's directory, and the instructions, 8 bytes each. The program lives as long as the group does.
Value deviceProgram(const CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string group = info[0].ToString();
  const auto code = info[1].As<Napi::Uint8Array>();

  bpf_attr load = {};
  load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  load.insns = reinterpret_cast<uint64_t>(code.Data());
  load.insn_cnt = static_cast<uint32_t>(code.ByteLength() / sizeof(bpf_insn));
  load.license = reinterpret_cast<uint64_t>("GPL");
  const int program = static_cast<int>(bpf(BPF_PROG_LOAD, &load));
  if (program < 0) fail(env, "bpf(BPF_PROG_LOAD)", errno);

  const int at = open(group.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int error = at < 0 ? errno : 0;
  if (!error) {
    bpf_attr attach = {};
    attach.attach_type = BPF_CGROUP_DEVICE;
    attach.target_fd = static_cast<uint32_t>(at);
    attach.attach_bpf_fd = static_cast<uint32_t>(program);
    // Beside those of the groups above and below: a device is open to whom all of them let pass.
    attach.attach_flags = BPF_F_ALLOW_MULTI;
    if (bpf(BPF_PROG_ATTACH, &attach) < 0) error = errno;
    close(at);
  }
  close(program);
  if (error) fail(env, at < 0 ? "open" : "bpf(BPF_PROG_ATTACH)", error);
  return env.Undefined();
}

}  // namespace

void exportBpf(Napi::Env env, Napi::Object exports) {
  exports["deviceProgram"] = Napi::Function::New(env, deviceProgram);
}
