/* A user-space internet at the far end of a veth: internet NEAR FAR TRUTH-FILE CAPACITY SPIN-US PRIORITY.
   Standard input: the description, line by line, then `go`; later lines change it, `sync N` is answered
   `synced N`, and its end ends the program. Standard output: `ready`, and the answers. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "internet.h"

static struct internet internet;

/* Reads what is there of standard input and takes in the whole lines. False at its end. */
static bool read_lines(bool *go) {
  static char *text;
  static size_t length, room;
  if (room - length < 65536) text = realloc(text, room = room * 2 + 65536);
  if (!text) abort();
  ssize_t got = read(STDIN_FILENO, text + length, room - length - 1);
  if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
  length += (size_t)got;
  char *line = text, *end;
  while ((end = memchr(line, '\n', length - (size_t)(line - text)))) {
    *end = 0;
    if (!strcmp(line, "go")) *go = true;
    else if (!strncmp(line, "sync ", 5)) printf("synced %s\n", line + 5);
    else if (!world_take(&internet.world, line) && !*go) exit(2);
    line = end + 1;
  }
  fflush(stdout);
  length -= (size_t)(line - text);
  memmove(text, line, length);
  return true;
}

/* The same while running: what was to happen before now happens in the world as it was. */
static bool take_lines(bool *go) {
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  if (poll(&input, 1, 0) < 1) return true;
  for (int64_t now = clock_monotonic(); internet.queue.size && internet.queue.heap[0].at <= now;)
    internet_happen(&internet);
  bool open = read_lines(go);
  internet_changed(&internet);
  return open;
}

static void wait_for(int64_t nanoseconds) {
  struct pollfd waited[] = {{internet.wire.from_host.fd, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  ppoll(waited, 2, nanoseconds < 0 ? NULL : &time, NULL);
}

/* Nanoseconds it may sleep: 0 while an answer is due within `spin`, -1 for as long as nothing comes in. Inside events
   are looked at when there is time, and at the latest `spin` before an answer could come of them, which may be before
   they happen: few wake-ups, and what comes in late is still in order. */
static int64_t rest(int64_t now, int64_t spin) {
  const struct queue *inside = &internet.queue, *deliveries = &internet.deliveries;
  int64_t due = INT64_MAX;
  if (deliveries->size) due = deliveries->heap[0].at;
  if (inside->size && inside->heap[0].at + internet.slack < due) due = inside->heap[0].at + internet.slack;
  if (due == INT64_MAX) return -1;
  return due - spin > now ? due - spin - now : 0;
}

/* Real-time priority while it sleeps more than half of the time, none while it does not: from a real-time program
   that stays awake Linux takes 50 ms of every second in one piece (measured: on an idle machine too). */
static void stay_fair(int priority, int64_t now, int64_t slept) {
  enum { WINDOW = 100000000 };
  static int64_t since, slept_before;
  static bool real_time = true;
  if (!priority || now - since < WINDOW) return;
  bool rested = slept - slept_before > (now - since) / 2;
  since = now, slept_before = slept;
  if (rested == real_time) return;
  struct sched_param parameters = {.sched_priority = rested ? priority : 0};
  if (!sched_setscheduler(0, rested ? SCHED_FIFO : SCHED_OTHER, &parameters)) real_time = rested;
}

/* Runs until standard input ends. Sleeps only while nothing is due within `spin` nanoseconds: waking up takes
   a while, looking at the ring and the clock does not. */
static void run(int64_t spin, int priority) {
  struct truth_head *head = internet.truth.head;
  int64_t looked = 0, slept = 0;
  for (bool open = true, go = true; open;) {
    struct packet *packet;
    while ((packet = wire_receive(&internet.wire, &head->adrift))) internet_enter(&internet, packet);
    int64_t now = clock_monotonic();
    bool inside = internet.queue.size && internet.queue.heap[0].at <= now;
    int64_t urgent = inside ? internet.queue.heap[0].at + internet.slack : INT64_MAX;
    if (internet.deliveries.size && internet.deliveries.heap[0].at <= (now < urgent ? now : urgent)) {
      internet_deliver(&internet);
      continue;
    }
    if (inside) {
      internet_happen(&internet);
      continue;
    }
    if (head->in_flight != packets_in_flight) __atomic_store_n(&head->in_flight, packets_in_flight, __ATOMIC_RELEASE);
    int64_t sleep = rest(now, spin);
    bool idle = sleep != 0;
    if (sleep < 0) wire_rest(&internet.wire);
    if (idle) {
      wait_for(sleep);
      slept += clock_monotonic() - now;
    }
    if (idle || now - looked > 10000000) {
      looked = now;
      stay_fair(priority, now, slept);
      head->unread += wire_unread(&internet.wire);
      open = take_lines(&go);
    }
  }
}

int main(int argc, char **argv) {
  const char *what;
  if (argc != 7) return fputs("usage: internet NEAR FAR TRUTH-FILE CAPACITY SPIN-US PRIORITY\n", stderr), 2;
  if (truth_open(&internet.truth, argv[3], strtoull(argv[4], NULL, 10))) return perror(argv[3]), 1;
  for (bool go = false; !go;)
    if (!read_lines(&go)) return fputs("the description ended before `go`\n", stderr), 2;
  if (wire_open(&internet.wire, argv[1], argv[2], &what)) return perror(what), 1;
  internet_changed(&internet);
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  prctl(PR_SET_TIMERSLACK, 1);
  struct sched_param parameters = {.sched_priority = atoi(argv[6])};
  bool raised = !setpriority(PRIO_PROCESS, 0, -15);
  bool real_time = parameters.sched_priority > 0 && !sched_setscheduler(0, SCHED_FIFO, &parameters);
  const char *scheduled = real_time ? "real-time priority" : raised ? "raised priority" : "normal priority";
  printf("ready %s\n", scheduled);
  fflush(stdout);
  run(atoll(argv[5]) * 1000, real_time ? parameters.sched_priority : 0);
  return 0;
}
