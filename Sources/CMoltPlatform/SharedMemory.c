#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "molt_shared_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __linux__

#include <linux/magic.h>
#include <sys/vfs.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

static int close_failed(int descriptor) {
  int error = errno;
  close(descriptor);
  errno = error;
  return -1;
}

int molt_shared_memory_create(size_t byte_count, void **address) {
  int descriptor = memfd_create("molt-answers", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return -1;
  // Pages that are allocated now cannot be missing (SIGBUS) when the memory is written.
  int error = posix_fallocate(descriptor, 0, (off_t)byte_count);
  if (error != 0) {
    errno = error;
    return close_failed(descriptor);
  }
  void *start = mmap(NULL, byte_count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                     descriptor, 0);
  if (start == MAP_FAILED) return close_failed(descriptor);
  // After the mapping: the last seal leaves only mappings that exist already writable.
  int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
  if (fcntl(descriptor, F_ADD_SEALS, seals) != 0) {
    error = errno;
    munmap(start, byte_count);
    errno = error;
    return close_failed(descriptor);
  }
  *address = start;
  return descriptor;
}

const void *molt_shared_memory_open(int descriptor, size_t byte_count) {
  struct stat status;
  struct statfs system;
  int seals = fcntl(descriptor, F_GET_SEALS);
  if (seals < 0 || fstat(descriptor, &status) != 0 || fstatfs(descriptor, &system) != 0) {
    return NULL;
  }
  if (!(seals & F_SEAL_SHRINK) || system.f_type != TMPFS_MAGIC || status.st_size < 0 ||
      (size_t)status.st_size < byte_count || byte_count == 0) {
    errno = EPERM;
    return NULL;
  }
  void *start = mmap(NULL, byte_count, PROT_READ, MAP_SHARED | MAP_POPULATE, descriptor, 0);
  return start == MAP_FAILED ? NULL : start;
}

#else

int molt_shared_memory_create(size_t byte_count, void **address) {
  (void)byte_count;
  (void)address;
  errno = ENOTSUP;
  return -1;
}

const void *molt_shared_memory_open(int descriptor, size_t byte_count) {
  (void)descriptor;
  (void)byte_count;
  errno = ENOTSUP;
  return NULL;
}

#endif

void molt_shared_memory_write(void *start, const void *bytes, size_t count) {
  size_t streamed = 0;
#ifdef __SSE2__
  // Whole lines only: the processor then need not read what it replaces.
  const size_t line = 64;
  for (; streamed + line <= count; streamed += line) {
    const __m128i *from = (const __m128i *)((const char *)bytes + streamed);
    __m128i *to = (__m128i *)((char *)start + streamed);
    __m128i parts[4];
    for (size_t part = 0; part < 4; part++) parts[part] = _mm_loadu_si128(from + part);
    for (size_t part = 0; part < 4; part++) _mm_stream_si128(to + part, parts[part]);
  }
  _mm_sfence();
#endif
  memcpy((char *)start + streamed, (const char *)bytes + streamed, count - streamed);
}

#ifndef MSG_CMSG_CLOEXEC
#define MSG_CMSG_CLOEXEC 0
#endif
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

ssize_t molt_send_with_descriptor(int socket, const void *bytes, size_t count, int descriptor) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct iovec part = {(void *)bytes, count};
  struct msghdr message = {0};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control.space;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
  return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

ssize_t molt_receive_with_descriptor(int socket, void *bytes, size_t count, int *descriptor) {
  // Room for several, so that those of a liar arrive and can be closed.
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(8 * sizeof(int))];
  } control;
  struct iovec part = {bytes, count};
  struct msghdr message = {0};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control.space;
  *descriptor = -1;
  ssize_t received = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (received < 0) return received;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    size_t passed = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t index = 0; index < passed; index++) {
      int one;
      memcpy(&one, CMSG_DATA(header) + index * sizeof(int), sizeof one);
      if (*descriptor < 0) {
        *descriptor = one;
      } else {
        close(one);
      }
    }
  }
  return received;
}
