// Descriptors on the wire: unix(7), SCM_RIGHTS.
#include "wire.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

int sendDescriptor(int wire, Message::Kind kind, int descriptor) {
  Message message = {kind, 0, 0};
  iovec part = {&message, sizeof message};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof descriptor)] = {};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  cmsghdr* rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof descriptor);
  memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
  return sendmsg(wire, &header, 0) < 0 ? errno : 0;
}

ssize_t receive(int wire, void* buffer, size_t size, int& descriptor) {
  iovec part = {buffer, size};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof descriptor)];
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  descriptor = -1;
  const ssize_t got = recvmsg(wire, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got < 0) return got;
  if (cmsghdr* rights = CMSG_FIRSTHDR(&header)) memcpy(&descriptor, CMSG_DATA(rights), sizeof descriptor);
  return got;
}
