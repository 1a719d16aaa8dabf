/*
 * The watcher: a thread that waits for readable sockets and tells JavaScript, which then reads. It touches no
 * packet and takes no lock. A reported channel is silent until it is armed again (EPOLLONESHOT).
 */
#include "locator.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static const uint32_t STOP = MAX_CHANNELS;

static int64_t monotonic_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Channels that are readable, after at most `timeout` ms (-1: any time); false when told to stop. */
static bool readable(struct set *set, int timeout, uint32_t *channels) {
  struct epoll_event events[MAX_CHANNELS + 1];
  const int count = epoll_wait(set->epoll_fd, events, MAX_CHANNELS + 1, timeout);
  if (count < 0) return errno == EINTR;
  for (int i = 0; i < count; i++) {
    if (events[i].data.u32 == STOP) return false;
    *channels |= 1u << events[i].data.u32;
  }
  return true;
}

/*
 * The kernel has stamped the packets, so letting them gather costs no accuracy and saves wake-ups. JavaScript may
 * read of its own accord meanwhile, and so put the time off.
 */
static bool pause_as_told(struct set *set) {
  struct pollfd stop = {.fd = set->stop_fd, .events = POLLIN};
  for (;;) {
    const int64_t left = set->quiet_until - monotonic_ns();
    if (left <= 0) return true;
    const struct timespec timeout = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    if (ppoll(&stop, 1, &timeout, NULL) > 0) return false;
  }
}

static void *watch(void *argument) {
  struct set *set = argument;
  for (;;) {
    uint32_t channels = 0;
    if (!readable(set, -1, &channels)) return NULL;
    if (channels == 0) continue;
    if (!pause_as_told(set)) return NULL;
    if (!readable(set, 0, &channels)) return NULL;
    void *report = (void *)(uintptr_t)channels;
    if (napi_call_threadsafe_function(set->ready, report, napi_tsfn_nonblocking) != napi_ok) return NULL;
  }
}

static int control(struct set *set, int operation, uint32_t index) {
  const struct channel *channel = &set->channels[index];
  /* EPOLLERR, the error queue, is always reported. */
  struct epoll_event event = {.events = EPOLLONESHOT | (channel->listening ? EPOLLIN : 0), .data.u32 = index};
  return epoll_ctl(set->epoll_fd, operation, channel->fd, &event);
}

int start_watcher(struct set *set) {
  if (set->watching) return 0;
  struct epoll_event stop = {.events = EPOLLIN, .data.u32 = STOP};
  if (epoll_ctl(set->epoll_fd, EPOLL_CTL_ADD, set->stop_fd, &stop) != 0) return -errno;
  for (uint32_t i = 0; i < set->count; i++) {
    if (control(set, EPOLL_CTL_ADD, i) != 0) return -errno;
    set->channels[i].armed = true;
  }

  /* Signals are for the main thread. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 128 * 1024);
  const int error = pthread_create(&set->watcher, &attributes, watch, set);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  /* Debuggers, ps -T and the tests tell it by that from Node's own. */
  if (error == 0) pthread_setname_np(set->watcher, "locator-watch");
  set->watching = error == 0;
  return -error;
}

void stop_watcher(struct set *set) {
  if (!set->watching) return;
  const uint64_t one = 1;
  while (write(set->stop_fd, &one, sizeof one) < 0 && errno == EINTR) continue;
  pthread_join(set->watcher, NULL);
  set->watching = false;
}

void arm(struct set *set, uint32_t channels, int64_t pause_ns) {
  set->quiet_until = monotonic_ns() + pause_ns;
  for (uint32_t i = 0; i < set->count; i++) {
    if (!(channels & (1u << i))) continue;
    (void)control(set, EPOLL_CTL_MOD, i);
    set->channels[i].armed = true;
  }
}

uint32_t unread(const struct set *set) {
  struct pollfd fds[MAX_CHANNELS];
  for (uint32_t i = 0; i < set->count; i++) {
    /* POLLERR, the error queue, is always reported. */
    fds[i] = (struct pollfd){.fd = set->channels[i].fd, .events = set->channels[i].listening ? POLLIN : 0};
  }
  if (poll(fds, set->count, 0) <= 0) return 0;
  uint32_t channels = 0;
  for (uint32_t i = 0; i < set->count; i++) {
    if (fds[i].revents != 0) channels |= 1u << i;
  }
  return channels;
}

void disarm(struct set *set, uint32_t channels) {
  for (uint32_t i = 0; i < set->count; i++) {
    if (channels & (1u << i)) set->channels[i].armed = false;
  }
}

/*
 * The kernel queues the transmit stamp, and wakes up who waits for it, before it gives the packet to the device:
 * waking the watcher would hold the packet up for 3 to 50 us behind its own stamp. To change what is waited for
 * would not do, since errors always are; so the channel is taken out, and whatever came meanwhile is seen as it is
 * put back.
 */
void look_away(struct set *set, const struct channel *channel) {
  if (set->watching && channel->armed) (void)epoll_ctl(set->epoll_fd, EPOLL_CTL_DEL, channel->fd, NULL);
}

void look_again(struct set *set, const struct channel *channel) {
  if (set->watching && channel->armed) (void)control(set, EPOLL_CTL_ADD, (uint32_t)(channel - set->channels));
}
