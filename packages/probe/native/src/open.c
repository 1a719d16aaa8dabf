/* Sockets and their options. */
#include "locator.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/net_tstamp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <unistd.h>

/* Younger than the headers of some systems that are still about. */
#ifndef IP_RECVERR_RFC4884
#define IP_RECVERR_RFC4884 26
#endif
#ifndef IPV6_RECVERR_RFC4884
#define IPV6_RECVERR_RFC4884 31
#endif
#ifndef SO_RCVBUFFORCE
#define SO_RCVBUFFORCE 33
#define SO_SNDBUFFORCE 32
#endif

static const int STAMPS_RECEIVED = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
static const int STAMPS_SENT =
    SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;

static int set_int(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value);
}

/* Only what answers a probe; everything else on the machine would fill the queue. */
static int filter_icmp(int fd, int family) {
  if (family == AF_INET) {
    struct icmp_filter filter = {.data = ~((1u << ICMP_ECHOREPLY) | (1u << ICMP_DEST_UNREACH) |
                                           (1u << ICMP_TIME_EXCEEDED) | (1u << ICMP_PARAMETERPROB))};
    return setsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
  }
  struct icmp6_filter filter;
  ICMP6_FILTER_SETBLOCKALL(&filter);
  ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
  ICMP6_FILTER_SETPASS(ICMP6_DST_UNREACH, &filter);
  ICMP6_FILTER_SETPASS(ICMP6_PACKET_TOO_BIG, &filter);
  ICMP6_FILTER_SETPASS(ICMP6_TIME_EXCEEDED, &filter);
  ICMP6_FILTER_SETPASS(ICMP6_PARAM_PROB, &filter);
  return setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
}

/* A raw UDP socket would get a copy of every datagram that comes to this machine; it is there to send. */
static int filter_everything(int fd) {
  struct sock_filter nothing = {.code = BPF_RET | BPF_K, .k = 0};
  struct sock_fprog program = {.len = 1, .filter = &nothing};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

static int set_options_v4(int fd, bool errors) {
  if (set_int(fd, IPPROTO_IP, IP_RECVTTL, 1) != 0) return -1;
  /* DF is set, and what routers said about the path's MTU is not minded. */
  if (set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE) != 0) return -1;
  if (!errors) return 0;
  if (set_int(fd, IPPROTO_IP, IP_RECVERR, 1) != 0) return -1;
  (void)set_int(fd, IPPROTO_IP, IP_RECVERR_RFC4884, 1); /* since Linux 5.9 */
  return set_int(fd, IPPROTO_IP, IP_PKTINFO, 1);
}

static int set_options_v6(int fd, bool errors) {
  if (set_int(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) != 0) return -1;
  if (set_int(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE) != 0) return -1;
  if (set_int(fd, IPPROTO_IPV6, IPV6_DONTFRAG, 1) != 0) return -1;
  if (!errors) return 0;
  if (set_int(fd, IPPROTO_IPV6, IPV6_RECVERR, 1) != 0) return -1;
  (void)set_int(fd, IPPROTO_IPV6, IPV6_RECVERR_RFC4884, 1);
  return set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

/* A port, or an echo identifier on ICMP datagram sockets, of the kernel's choice. */
static int bind_any(int fd, int family) {
  if (family == AF_INET6 && set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0) return -1;
  struct sockaddr_in6 any = {.sin6_family = (sa_family_t)family};
  return bind(fd, (struct sockaddr *)&any,
              family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
}

static int configure(int fd, int family, enum kind kind, bool errors, bool stamps, int buffer_bytes) {
  if (kind == RAW_ICMP && filter_icmp(fd, family) != 0) return -1;
  if (kind == RAW_UDP && filter_everything(fd) != 0) return -1;

  /* FORCE goes beyond net.core.rmem_max, which is small by default, but needs CAP_NET_ADMIN. */
  if (set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, buffer_bytes) != 0)
    (void)set_int(fd, SOL_SOCKET, SO_RCVBUF, buffer_bytes);
  if (set_int(fd, SOL_SOCKET, SO_SNDBUFFORCE, buffer_bytes) != 0)
    (void)set_int(fd, SOL_SOCKET, SO_SNDBUF, buffer_bytes);

  if (set_int(fd, SOL_SOCKET, SO_TIMESTAMPING, STAMPS_RECEIVED | (stamps ? STAMPS_SENT : 0)) != 0) return -1;
  if ((family == AF_INET ? set_options_v4 : set_options_v6)(fd, errors) != 0) return -1;
  return kind == DATAGRAM_UDP || kind == DATAGRAM_ICMP ? bind_any(fd, family) : 0;
}

int open_socket(int family, enum kind kind, bool errors, bool stamps, int buffer_bytes) {
  const int type = kind == RAW_ICMP || kind == RAW_UDP ? SOCK_RAW : SOCK_DGRAM;
  const int icmp = family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
  const int protocol = kind == RAW_ICMP || kind == DATAGRAM_ICMP ? icmp : IPPROTO_UDP;
  const int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0) return -errno;
  if (configure(fd, family, kind, errors, stamps, buffer_bytes) != 0) {
    const int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

int reset_stamp_ids(int fd) {
  const int all = STAMPS_RECEIVED | STAMPS_SENT;
  if (set_int(fd, SOL_SOCKET, SO_TIMESTAMPING, all & ~SOF_TIMESTAMPING_OPT_ID) != 0) return -errno;
  return set_int(fd, SOL_SOCKET, SO_TIMESTAMPING, all) == 0 ? 0 : -errno;
}
