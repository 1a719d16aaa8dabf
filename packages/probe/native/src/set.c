/* The life of a socket set: from create to close, the end of its environment, or garbage collection. */
#include "locator.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void close_descriptor(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

/* Thread and descriptors; the function towards JavaScript is left to who calls this. */
static void stop(struct set *set) {
  stop_watcher(set);
  for (uint32_t i = 0; i < set->count; i++) close_descriptor(&set->channels[i].fd);
  set->count = 0;
  close_descriptor(&set->epoll_fd);
  close_descriptor(&set->stop_fd);
}

/* At the end of the environment Node takes the thread-safe function down itself, after this hook. */
static void environment_ends(void *argument) {
  struct set *set = argument;
  stop(set);
  set->ready = NULL;
}

static void finish(struct set *set) {
  stop(set);
  if (set->ready == NULL) return;
  napi_remove_env_cleanup_hook(set->env, environment_ends, set);
  napi_release_threadsafe_function(set->ready, napi_tsfn_abort);
  set->ready = NULL;
  for (uint32_t i = 0; i < set->memory_count; i++) napi_delete_reference(set->env, set->memory[i]);
  set->memory_count = 0;
}

static void finalize(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  finish(data);
  free(data);
}

static void call_ready(napi_env env, napi_value ready, void *context, void *data) {
  if (env == NULL || ready == NULL) return;
  disarm(context, (uint32_t)(uintptr_t)data);
  napi_value global, channels, result;
  napi_get_global(env, &global);
  napi_create_uint32(env, (uint32_t)(uintptr_t)data, &channels);
  if (napi_call_function(env, global, ready, 1, &channels, &result) != napi_pending_exception) return;
  /* Else Node would print no more than a deprecation warning. */
  napi_value error;
  napi_get_and_clear_last_exception(env, &error);
  napi_fatal_exception(env, error);
}

void *share_memory(struct set *set, napi_value array_buffer, size_t *size) {
  void *address = NULL;
  bool fits = false;
  if (set->memory_count == sizeof set->memory / sizeof *set->memory) return NULL;
  if (napi_is_arraybuffer(set->env, array_buffer, &fits) != napi_ok || !fits) return NULL;
  if (napi_get_arraybuffer_info(set->env, array_buffer, &address, size) != napi_ok) return NULL;
  if (napi_create_reference(set->env, array_buffer, 1, &set->memory[set->memory_count]) != napi_ok) return NULL;
  set->memory_count++;
  return address;
}

static bool share_region(struct set *set, struct region *region, napi_value array_buffer) {
  const size_t records = RECEIVE_BATCH * sizeof(struct arrival);
  size_t size = 0;
  uint8_t *memory = share_memory(set, array_buffer, &size);
  if (memory == NULL || size < records + RECEIVE_BATCH * (HEADROOM + 1)) return false;
  region->records = (struct arrival *)memory;
  region->slots = memory + records;
  region->capacity = (uint32_t)((size - records) / RECEIVE_BATCH - HEADROOM);
  return true;
}

struct set *set_argument(napi_env env, napi_value value) {
  void *set = NULL;
  if (napi_get_value_external(env, value, &set) == napi_ok) return set;
  napi_throw_type_error(env, NULL, "not a socket set");
  return NULL;
}

/* create(ready, payload, data, errors): set */
napi_value create_set(napi_env env, napi_callback_info info) {
  size_t count = 4;
  napi_value arguments[4], name, handle;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  struct set *set = calloc(1, sizeof *set);
  if (set == NULL) {
    napi_throw_error(env, "ENOMEM", "no memory for a socket set");
    return NULL;
  }
  set->env = env;
  set->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  set->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  set->payload = share_memory(set, arguments[1], &set->payload_size);

  napi_create_string_utf8(env, "locator:ready", NAPI_AUTO_LENGTH, &name);
  if (set->epoll_fd < 0 || set->stop_fd < 0 || set->payload == NULL ||
      !share_region(set, &set->regions[0], arguments[2]) || !share_region(set, &set->regions[1], arguments[3]) ||
      napi_create_threadsafe_function(env, arguments[0], NULL, name, 0, 1, NULL, NULL, set, call_ready,
                                      &set->ready) != napi_ok) {
    for (uint32_t i = 0; i < set->memory_count; i++) napi_delete_reference(env, set->memory[i]);
    stop(set);
    free(set);
    napi_throw_error(env, NULL, "no socket set: too many open files, or arguments of the wrong kind");
    return NULL;
  }
  napi_unref_threadsafe_function(env, set->ready);
  /* Hooks run last in, first out: this one before Node's own for the thread-safe function. */
  napi_add_env_cleanup_hook(env, environment_ends, set);
  if (napi_create_external(env, set, finalize, NULL, &handle) != napi_ok) {
    finish(set);
    free(set);
    return NULL;
  }
  return handle;
}

/* close(set): void; idempotent */
napi_value close_set(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value handle;
  napi_get_cb_info(env, info, &count, &handle, NULL, NULL);
  struct set *set = set_argument(env, handle);
  if (set != NULL) finish(set);
  return NULL;
}
