/* The functions JavaScript sees: numbers in, numbers out, but for addresses; a negative result is -errno. */
#include "locator.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <time.h>

#ifndef SO_MEMINFO
#define SO_MEMINFO 55 /* since Linux 4.12 */
#endif

/* The set and up to five integers after it; false (with an exception pending) when it is none. */
static bool take(napi_env env, napi_callback_info info, struct set **set, int32_t *integers, size_t wanted) {
  napi_value arguments[6];
  size_t count = 6;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  *set = set_argument(env, arguments[0]);
  if (*set == NULL) return false;
  for (size_t i = 0; i < wanted; i++) {
    integers[i] = 0;
    napi_get_value_int32(env, arguments[i + 1], &integers[i]);
  }
  return true;
}

static struct channel *channel_at(struct set *set, int32_t index) {
  return index >= 0 && (uint32_t)index < set->count ? &set->channels[index] : NULL;
}

static napi_value number(napi_env env, int32_t value) {
  napi_value result;
  napi_create_int32(env, value, &result);
  return result;
}

/* open(set, family, kind, errors, stamps, bufferBytes, ring): channel | -errno */
static napi_value js_open(napi_env env, napi_callback_info info) {
  size_t count = 7;
  napi_value arguments[7];
  int32_t values[5] = {0};
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  struct set *set = set_argument(env, arguments[0]);
  if (set == NULL) return NULL;
  for (int i = 0; i < 5; i++) napi_get_value_int32(env, arguments[i + 1], &values[i]);
  if (set->ready == NULL) return number(env, -EBADF);
  if (set->count == MAX_CHANNELS || set->watching) return number(env, -EBUSY);

  struct channel channel = {
      .family = values[0] == 4 ? AF_INET : AF_INET6,
      .errors = values[2] != 0,
      .listening = values[1] != RAW_UDP,
  };
  channel.fd = open_socket(channel.family, (enum kind)values[1], channel.errors, values[3] != 0, values[4]);
  if (channel.fd < 0) return number(env, channel.fd);
  set->channels[set->count] = channel;

  size_t size = 0;
  struct departure *ring = share_memory(set, arguments[6], &size);
  const size_t records = size / sizeof *ring;
  set->count++;
  if (ring == NULL || records == 0 || (records & (records - 1)) != 0) {
    napi_throw_type_error(env, NULL, "the ring is no ArrayBuffer of a power of two records");
    return NULL;
  }
  set->channels[set->count - 1].ring = ring;
  set->channels[set->count - 1].mask = (uint32_t)records - 1;
  return number(env, (int32_t)set->count - 1);
}

/* port(set, channel): the bound port or echo identifier | -errno */
static napi_value js_port(napi_env env, napi_callback_info info) {
  struct set *set;
  int32_t values[1];
  if (!take(env, info, &set, values, 1)) return NULL;
  struct channel *channel = channel_at(set, values[0]);
  if (channel == NULL) return number(env, -EBADF);
  struct sockaddr_in6 name = {0};
  socklen_t size = sizeof name;
  if (getsockname(channel->fd, (struct sockaddr *)&name, &size) != 0) return number(env, -errno);
  return number(env, ntohs(name.sin6_port));
}

/* send(set, channel, first, count, identify): packets sent | -errno */
static napi_value js_send(napi_env env, napi_callback_info info) {
  struct set *set;
  int32_t values[4];
  if (!take(env, info, &set, values, 4)) return NULL;
  struct channel *channel = channel_at(set, values[0]);
  if (channel == NULL || channel->ring == NULL) return number(env, -EBADF);
  return number(env, send_batch(set, channel, (uint32_t)values[1], (uint32_t)values[2], values[3] != 0));
}

/* receive(set, channel, queue, first, count): packets read | -errno */
static napi_value js_receive(napi_env env, napi_callback_info info) {
  struct set *set;
  int32_t values[4];
  if (!take(env, info, &set, values, 4)) return NULL;
  struct channel *channel = channel_at(set, values[0]);
  if (channel == NULL) return number(env, -EBADF);
  return number(env, receive_batch(set, channel, values[1] != 0, (uint32_t)values[2], (uint32_t)values[3]));
}

/* recount(set, channel): CLOCK_REALTIME nanoseconds from which on stamps count from 0 again */
static napi_value js_recount(napi_env env, napi_callback_info info) {
  struct set *set;
  int32_t values[1];
  if (!take(env, info, &set, values, 1)) return NULL;
  struct channel *channel = channel_at(set, values[0]);
  if (channel != NULL) (void)reset_stamp_ids(channel->fd);
  napi_value result;
  napi_create_bigint_int64(env, realtime_ns(), &result);
  return result;
}

/* start(set): 0 | -errno */
static napi_value js_start(napi_env env, napi_callback_info info) {
  struct set *set;
  if (!take(env, info, &set, NULL, 0)) return NULL;
  return number(env, set->ready == NULL ? -EBADF : start_watcher(set));
}

/* arm(set, channels, pauseMicroseconds): void */
static napi_value js_arm(napi_env env, napi_callback_info info) {
  struct set *set;
  int32_t values[2];
  if (take(env, info, &set, values, 2)) arm(set, (uint32_t)values[0], (int64_t)values[1] * 1000);
  return NULL;
}

/* unread(set): bit mask of channels */
static napi_value js_unread(napi_env env, napi_callback_info info) {
  struct set *set;
  if (!take(env, info, &set, NULL, 0)) return NULL;
  return number(env, (int32_t)unread(set));
}

/* hold(set, alive): void */
static napi_value js_hold(napi_env env, napi_callback_info info) {
  struct set *set;
  int32_t values[1];
  if (!take(env, info, &set, values, 1) || set->ready == NULL) return NULL;
  (values[0] ? napi_ref_threadsafe_function : napi_unref_threadsafe_function)(env, set->ready);
  return NULL;
}

/* dropped(set): packets that found a queue full */
static napi_value js_dropped(napi_env env, napi_callback_info info) {
  struct set *set;
  if (!take(env, info, &set, NULL, 0)) return NULL;
  double sum = 0;
  for (uint32_t i = 0; i < set->count; i++) {
    uint32_t figures[SK_MEMINFO_VARS] = {0};
    socklen_t size = sizeof figures;
    if (!set->channels[i].listening) continue;
    if (getsockopt(set->channels[i].fd, SOL_SOCKET, SO_MEMINFO, figures, &size) == 0) {
      sum += figures[SK_MEMINFO_DROPS];
    }
  }
  napi_value result;
  napi_create_double(env, sum, &result);
  return result;
}

/* skew(): milliseconds from CLOCK_MONOTONIC to CLOCK_REALTIME */
static napi_value js_skew(napi_env env, napi_callback_info info) {
  (void)info;
  int64_t skew = 0, tightest = INT64_MAX;
  /* Of three tries the one least disturbed between its two readings. */
  for (int i = 0; i < 3; i++) {
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    const int64_t real = realtime_ns();
    clock_gettime(CLOCK_MONOTONIC, &after);
    const int64_t start = (int64_t)before.tv_sec * 1000000000 + before.tv_nsec;
    const int64_t took = (int64_t)after.tv_sec * 1000000000 + after.tv_nsec - start;
    if (took < tightest) {
      tightest = took;
      skew = real - start - took / 2;
    }
  }
  napi_value result;
  napi_create_double(env, (double)skew / 1e6, &result);
  return result;
}

/* source(address): the address that packets to this one leave from | -errno */
static napi_value js_source(napi_env env, napi_callback_info info) {
  size_t count = 1, length = 0;
  napi_value argument, result;
  /* One more, or a text that is too long would be cut to one that is not. */
  char to[INET6_ADDRSTRLEN + 1] = "", source[INET6_ADDRSTRLEN];
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  napi_get_value_string_utf8(env, argument, to, sizeof to, &length);
  const int error = find_source(to, source);
  if (error != 0) return number(env, error);
  napi_create_string_latin1(env, source, NAPI_AUTO_LENGTH, &result);
  return result;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"create", NULL, create_set, NULL, NULL, NULL, napi_enumerable, NULL},
      {"open", NULL, js_open, NULL, NULL, NULL, napi_enumerable, NULL},
      {"port", NULL, js_port, NULL, NULL, NULL, napi_enumerable, NULL},
      {"send", NULL, js_send, NULL, NULL, NULL, napi_enumerable, NULL},
      {"receive", NULL, js_receive, NULL, NULL, NULL, napi_enumerable, NULL},
      {"recount", NULL, js_recount, NULL, NULL, NULL, napi_enumerable, NULL},
      {"start", NULL, js_start, NULL, NULL, NULL, napi_enumerable, NULL},
      {"arm", NULL, js_arm, NULL, NULL, NULL, napi_enumerable, NULL},
      {"unread", NULL, js_unread, NULL, NULL, NULL, napi_enumerable, NULL},
      {"hold", NULL, js_hold, NULL, NULL, NULL, napi_enumerable, NULL},
      {"dropped", NULL, js_dropped, NULL, NULL, NULL, napi_enumerable, NULL},
      {"source", NULL, js_source, NULL, NULL, NULL, napi_enumerable, NULL},
      {"skew", NULL, js_skew, NULL, NULL, NULL, napi_enumerable, NULL},
      {"close", NULL, close_set, NULL, NULL, NULL, napi_enumerable, NULL},
      {"abi", NULL, NULL, NULL, NULL, number(env, LOCATOR_ABI), napi_enumerable, NULL},
  };
  if (napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions) != napi_ok) return NULL;
  return exports;
}
