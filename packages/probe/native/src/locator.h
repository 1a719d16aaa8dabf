/*
 * One set of sockets, its watcher thread, and the memory it shares with JavaScript. The layouts below are
 * mirrored in src/socket/native-binding.ts; LOCATOR_ABI changes whenever one of them does.
 */
#ifndef LOCATOR_H
#define LOCATOR_H

#include <netinet/in.h>
#include <node_api.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define LOCATOR_ABI 5

enum {
  MAX_CHANNELS = 8,
  /* Packets per sendmmsg and per recvmmsg. */
  SEND_BATCH = 256,
  RECEIVE_BATCH = 64,
  /* Free bytes in front of every received packet, for a header that is put together in place. */
  HEADROOM = 64,
  SEND_CONTROL = 96,
  RECEIVE_CONTROL = 256,
  /* Stands for 'none' in 32-bit fields of a record. */
  NONE = -1,
};

enum kind { RAW_ICMP, RAW_UDP, DATAGRAM_UDP, DATAGRAM_ICMP };

/* One outgoing packet, 72 bytes. JavaScript writes all but `stamp`; `tag` and `words` are its own. */
struct departure {
  int64_t stamp; /* CLOCK_REALTIME nanoseconds around the system call, written here */
  uint32_t tag;
  uint32_t id; /* comes back with the kernel's stamp where SCM_TS_OPT_ID exists */
  uint32_t offset; /* into the payload buffer */
  uint32_t length;
  uint32_t words[2];
  uint8_t source[16];
  uint8_t destination[16];
  uint8_t port[2]; /* network order; 0 on raw sockets */
  uint8_t hop_limit;
  uint8_t state;
  uint8_t unused[4];
};

enum arrival_kind { DATA, ICMP_ERROR, SENT_STAMP, OTHER };

/* What came with one received packet, 96 bytes. The packet itself is in the slot of the same number. */
struct arrival {
  int64_t stamp; /* CLOCK_REALTIME nanoseconds */
  uint32_t length;
  uint8_t kind; /* enum arrival_kind */
  uint8_t kernel; /* whether the kernel took the stamp */
  uint8_t type; /* ICMP_ERROR: type and code of the message */
  uint8_t code;
  int32_t hop_limit; /* or NONE */
  uint32_t id; /* SENT_STAMP */
  uint32_t info; /* ICMP_ERROR: MTU or pointer */
  int32_t extension; /* ICMP_ERROR: where RFC 4884 extensions begin in the payload, or NONE */
  uint32_t port; /* of `peer` */
  uint32_t unused;
  uint8_t peer[16]; /* the sender; ICMP_ERROR: whereto the packet in question went */
  uint8_t offender[16]; /* ICMP_ERROR: who sent the message */
  uint8_t local[16]; /* ICMP_ERROR: our address it came to */
  uint8_t padding[8];
};

_Static_assert(sizeof(struct departure) == 72, "mirrored in native-binding.ts");
_Static_assert(sizeof(struct arrival) == 96, "mirrored in native-binding.ts");

/* RECEIVE_BATCH records, then as many slots of HEADROOM + capacity bytes. */
struct region {
  struct arrival *records;
  uint8_t *slots;
  uint32_t capacity;
};

struct channel {
  int fd;
  int family;
  bool errors; /* ICMP errors are wanted on the error queue */
  bool listening; /* data is wanted, not only stamps */
  bool armed; /* the watcher would wake up for it */
  struct departure *ring;
  uint32_t mask;
};

struct set {
  struct channel channels[MAX_CHANNELS];
  uint32_t count;

  int epoll_fd;
  int stop_fd;
  _Atomic int64_t quiet_until; /* CLOCK_MONOTONIC; until then JavaScript is not woken up */
  bool watching;
  pthread_t watcher;
  napi_threadsafe_function ready;

  napi_env env;
  napi_ref memory[MAX_CHANNELS + 3];
  uint32_t memory_count;
  uint8_t *payload;
  size_t payload_size;
  struct region regions[2]; /* data queue, error queue */

  /* Arguments of sendmmsg and recvmmsg; only the JavaScript thread is ever in one of them. */
  struct mmsghdr messages[SEND_BATCH];
  struct iovec vectors[SEND_BATCH];
  struct sockaddr_storage names[SEND_BATCH];
  union {
    size_t align; /* as struct cmsghdr wants it */
    uint8_t send[SEND_BATCH][SEND_CONTROL];
    uint8_t receive[RECEIVE_BATCH][RECEIVE_CONTROL];
  } control;
};

/* Opens one socket with every option it needs; the descriptor, or -errno. */
int open_socket(int family, enum kind kind, bool errors, bool stamps, int buffer_bytes);
/* Switches transmit stamps' identifiers off and on, so that they count from 0 again; 0 or -errno. */
int reset_stamp_ids(int fd);
/* Packets sent, or -errno when the first one failed. */
int send_batch(struct set *set, struct channel *channel, uint32_t first, uint32_t count, bool identify);
/* Packets read into slots from `first` on, or -errno. */
int receive_batch(struct set *set, struct channel *channel, bool error_queue, uint32_t first, uint32_t count);
/* Starts the thread that tells JavaScript which channels are readable; 0 or -errno. */
int start_watcher(struct set *set);
void stop_watcher(struct set *set);
/* Lets the watcher report these channels once more, and none at all for so long from now. */
void arm(struct set *set, uint32_t channels, int64_t pause_ns);
/* Channels with something to read, now. */
uint32_t unread(const struct set *set);
/* JavaScript has been told about these channels. */
void disarm(struct set *set, uint32_t channels);
/* Keeps an armed channel from waking the watcher, until it is to look again. */
void look_away(struct set *set, const struct channel *channel);
void look_again(struct set *set, const struct channel *channel);
int64_t realtime_ns(void);
/* The address that packets to this one leave from, as text; 0 or -errno. */
int find_source(const char *to, char source[INET6_ADDRSTRLEN]);

struct set *set_argument(napi_env env, napi_value value);
napi_value create_set(napi_env env, napi_callback_info info);
napi_value close_set(napi_env env, napi_callback_info info);
/* Keeps an ArrayBuffer alive as long as the set is open and gives its address, or NULL. */
void *share_memory(struct set *set, napi_value array_buffer, size_t *size);

#endif
