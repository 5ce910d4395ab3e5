// What is said on the wire between Node and a child: a SOCK_SEQPACKET pair, so that each message stays whole and a
// descriptor can travel with it.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

struct Message {
  enum Kind : uint32_t {
    Born = 1,     // a new process waits for the go; the pidfd of one that a child made travels with it
    Reports = 2,  // count reports follow
    Opened = 3,   // something it opened for Node travels with it: a pty's master, a netlink socket
    Failed = 4,   // the call reported last; it waits, so that Node can look
    NotRun = 5,   // value: errno of exec, count: which of the paths; it waits, so that Node can look
  };
  uint32_t kind;
  int32_t value;
  uint32_t count;
};

// Sends a message with a descriptor. Returns 0 or errno.
int sendDescriptor(int wire, Message::Kind kind, int descriptor);

// Reads a message, if one is there, and the descriptor that travelled with it, or -1. Returns what recvmsg(2) does.
ssize_t receive(int wire, void* buffer, size_t size, int& descriptor);
