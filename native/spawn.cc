// One child from Node's side: the doors to it, and what Node's loop hears of it. The thread that makes it is in
// maker.cc; its own life, and who waits for whom, is drawn in child.cc.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "doors.h"
#include "maker.h"
#include "told.h"
#include "wire.h"

using Napi::CallbackInfo;
using Napi::Value;

namespace {

// One child and what watches it: the wire on Node's loop, and its maker. It deletes itself when the child has ended,
// everything was told, and all handles are closed.
class Spawn {
 public:
  Spawn(Napi::Env env, Napi::Function told) : told_(env, told) {}

  ~Spawn() {
    if (!birthTold_ && child_.pidfd >= 0) close(child_.pidfd);
  }

  // Returns 0 or errno. Afterwards a child is on its way, `told` hears of it, and one of the other three must follow.
  int beBorn(const Napi::Object& birth) {
    readBirth(birth, maker_.plan);
    for (const int fd : maker_.plan.stdio)
      if (fcntl(fd, F_GETFD) < 0) return errno;
    if (const int error = maker_.start()) return error;
    uv_loop_t* loop = nullptr;
    napi_get_uv_event_loop(birth.Env(), &loop);
    uv_poll_init(loop, &poll_, maker_.ours);
    uv_async_init(loop, &maker_.over, onOver);
    poll_.data = maker_.over.data = this;
    uv_poll_start(&poll_, UV_READABLE | UV_DISCONNECT, onWire);
    return 0;
  }

  // While the kernel makes the namespaces, what the child is to do.
  void live(const Napi::Object& life) {
    readLife(life, maker_.plan);
    child_.reports.reserve(maker_.plan.calls.size());
    lives_ = true;
    maker_.ready.set_value(true);
  }

  void go() { maker_.go(); }

  // Closing our end is how a child learns that it is not wanted: whatever it waits for, it ends.
  void hangUp() {
    closeWire();
    if (!lives_) maker_.ready.set_value(false);
    lives_ = true;
  }

 private:
  static void onWire(uv_poll_t* handle, int, int) { static_cast<Spawn*>(handle->data)->readWire(); }

  static void onOver(uv_async_t* handle) {
    auto* self = static_cast<Spawn*>(handle->data);
    self->readWire();
    // Another child of this moment may hold the wire open a little longer, but ours is over.
    self->tellOurs();
    self->closeWire();
    self->stopWatching();
    self->told_.ended(self->maker_.ends, self->maker_.error);
    uv_close(reinterpret_cast<uv_handle_t*>(handle), onClosed);
  }

  void readWire() {
    while (maker_.ours >= 0) {
      int descriptor;
      const ssize_t got = receive(maker_.ours, buffer_, sizeof buffer_, descriptor);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (got <= 0) {
        closeWire();
        tellOurs();
        watchForEnd();
        told_.closed();
        return;
      }
      Message message;
      memcpy(&message, buffer_, sizeof message);
      switch (message.kind) {
        case Message::Born:
          tellOurs();
          onlyOne_ = false;
          if (descriptor >= 0) told_.born(descriptor);
          break;
        case Message::Reports:
          told_.reports(buffer_ + sizeof message, message.count);
          break;
        case Message::Failed:
          tellOurs();
          break;
        case Message::Opened:
          told_.opened(descriptor);
          break;
        case Message::NotRun:
          tellOurs();
          told_.notRun(message.value, message.count);
          break;
      }
    }
  }

  // What stands in our own memory: the first birth, and the reports of whoever shares it. Only when those wait or are
  // gone.
  void tellOurs() {
    if (!birthTold_ && child_.pid > 0) {
      birthTold_ = true;
      told_.born(child_.pid, child_.pidfd, child_.birth);
    }
    const size_t count = child_.reports.size() - child_.reported;
    if (count) told_.reports(&child_.reports[child_.reported], count);
    child_.reported += count;
  }

  // Its own thread waits for it as well, but what that hears it must pass on to the loop. Whoever is first reaps.
  void watchForEnd() {
    if (!onlyOne_ || child_.pidfd < 0) return;
    uv_poll_init(poll_.loop, &end_, child_.pidfd);
    end_.data = this;
    openHandles_++;
    watching_ = true;
    uv_poll_start(&end_, UV_READABLE, onEnd);
  }

  void stopWatching() {
    if (!watching_) return;
    watching_ = false;
    uv_close(reinterpret_cast<uv_handle_t*>(&end_), onClosed);
  }

  static void onEnd(uv_poll_t* handle, int, int) {
    auto* self = static_cast<Spawn*>(handle->data);
    siginfo_t info = {};
    const int got = waitid(static_cast<idtype_t>(P_PIDFD), self->child_.pidfd, &info, WEXITED | WNOHANG | __WALL);
    self->stopWatching();
    const Ended end = got == 0 && info.si_pid ? endOf(info) : self->maker_.heard.load();
    // Neither: then the thread is just about to pass it on.
    if (end.pid) self->told_.exited(end);
  }

  void closeWire() {
    if (maker_.ours < 0) return;
    uv_poll_stop(&poll_);
    close(maker_.ours);
    maker_.ours = -1;
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), onClosed);
  }

  static void onClosed(uv_handle_t* handle) {
    auto* self = static_cast<Spawn*>(handle->data);
    if (--self->openHandles_ == 0) delete self;
  }

  Told told_;
  Maker maker_;
  Child& child_ = maker_.child;
  bool lives_ = false;  // the maker knows whether it is to live
  bool birthTold_ = false;
  uv_poll_t poll_;       // the wire
  uv_poll_t end_;        // the end of the first process
  int openHandles_ = 2;  // the wire's and the maker's
  bool watching_ = false;
  bool onlyOne_ = true;  // no process of the chain made another
  char buffer_[64 * 1024];
};

Value spawn(const CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto held = std::make_unique<Spawn>(env, info[1].As<Napi::Function>());
  if (const int error = held->beBorn(info[0].As<Napi::Object>())) fail(env, "spawn", error);
  return Napi::External<Spawn>::New(env, held.release());
}

// TypeScript promises not to use a child after its "ended".
Spawn* child(const CallbackInfo& info) { return info[0].As<Napi::External<Spawn>>().Data(); }

void live(const CallbackInfo& info) { child(info)->live(info[1].As<Napi::Object>()); }

void go(const CallbackInfo& info) { child(info)->go(); }

void hangUp(const CallbackInfo& info) { child(info)->hangUp(); }

}  // namespace

void exportSpawn(Napi::Env env, Napi::Object exports) {
  exports["spawn"] = Napi::Function::New(env, spawn);
  exports["live"] = Napi::Function::New(env, live);
  exports["go"] = Napi::Function::New(env, go);
  exports["hangUp"] = Napi::Function::New(env, hangUp);
}
