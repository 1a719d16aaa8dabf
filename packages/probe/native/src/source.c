/* Which of this machine's addresses packets leave from. */
#include "locator.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

/* Any port will do: connecting a datagram socket only looks the route up, no packet leaves. */
static const in_port_t DISCARD = 9;

union endpoint {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

static bool read_endpoint(const char *text, union endpoint *to, socklen_t *size) {
  *to = (union endpoint){0};
  to->v4.sin_port = htons(DISCARD); /* in the same place in both */
  to->any.sa_family = AF_INET;
  *size = sizeof to->v4;
  if (inet_pton(AF_INET, text, &to->v4.sin_addr) == 1) return true;
  to->any.sa_family = AF_INET6;
  *size = sizeof to->v6;
  return inet_pton(AF_INET6, text, &to->v6.sin6_addr) == 1;
}

int find_source(const char *to, char source[INET6_ADDRSTRLEN]) {
  union endpoint name;
  socklen_t size;
  if (!read_endpoint(to, &name, &size)) return -EINVAL;
  const int fd = socket(name.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  const bool found = connect(fd, &name.any, size) == 0 && getsockname(fd, &name.any, &size) == 0;
  const int error = errno;
  close(fd);
  if (!found) return -error;
  const bool is4 = name.any.sa_family == AF_INET;
  inet_ntop(name.any.sa_family, is4 ? (void *)&name.v4.sin_addr : (void *)&name.v6.sin6_addr, source,
            INET6_ADDRSTRLEN);
  return 0;
}
