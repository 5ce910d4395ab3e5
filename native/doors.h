// What the files behind the addon's doors share.
#pragma once

#include <napi.h>

#include "plan.h"

// Throws the kernel's refusal as a JavaScript error with `errno` and `syscall`.
[[noreturn]] void fail(Napi::Env env, const char* call, int error);

// read-plan.cc: what the clone and the child's first acts need …
void readBirth(const Napi::Object& from, Plan& plan);
// … and what it will do afterwards.
void readLife(const Napi::Object& from, Plan& plan);

// spawn.cc: the doors that make children.
void exportSpawn(Napi::Env env, Napi::Object exports);

// bpf.cc: the door to programs that the kernel runs.
void exportBpf(Napi::Env env, Napi::Object exports);

// layers.cc: the doors to what an overlay notes on files.
void exportLayers(Napi::Env env, Napi::Object exports);

// netlink.cc: the doors to rtnetlink(7).
void exportNetlink(Napi::Env env, Napi::Object exports);

// sockets.cc: the doors to sockets that are held.
void exportSockets(Napi::Env env, Napi::Object exports);
