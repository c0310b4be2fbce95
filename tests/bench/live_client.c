/* Many WebSocket clients in one thread, as cheap as they can be: what is measured is the server.
 *
 *   live_client PORT PATH CLIENTS AT_ONCE MIN_BYTES STALLED
 *
 * Messages shorter than MIN_BYTES are not counted. A message with "t":N tells when it was sent (CLOCK_MONOTONIC, ns).
 * An answer to a question has come when the kernel has it: two busy cores may let this program wait for its turn.
 * The first STALLED clients stop reading once they are connected. Says "open N FAILED MS" when all are connected,
 * "first MS" when each has had its first counted message. Then, by stdin, a line each:
 *   reset      forget what was measured
 *   tell       "told N P50 P99 MAX OPEN CLOSED" in microseconds
 *   ask N GAP  N clients ask a question each, GAP microseconds apart; "asked N P50 P99 MAX LAST_MS"
 *   acked      "acked ID ID ..." of the questions that were acknowledged
 *   quit
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { UNUSED, CONNECTING, SHAKING, OPEN, GONE };
enum { STDIN = 0xffffffff, HEAD = 256 };

struct client {
    int fd, state, head_size, answer_size, opcode;
    uint64_t size, left, asked, acked, first;
    unsigned char head[14], body[HEAD]; /* a frame's head; the beginning of what it holds */
    char answer[512];
};

static struct client *clients;
static int count, at_once, stalled, poll_fd, next_client, connecting, opened, failed, closed, had_first;
static int asks, asked, answered;
static uint64_t gap, ask_began, last_ack, min_bytes, began;
static const char *path;
static int port;
static uint32_t *delays;
static size_t delay_count, delay_room;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* Read; `at`: when the kernel got the last byte of it, where it was told to remember that (`remember`). */
static ssize_t receive(int fd, void *buffer, size_t room, uint64_t *at) {
    char extra[128];
    struct iovec into = {buffer, room};
    struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = extra, .msg_controllen = sizeof extra};
    ssize_t size = recvmsg(fd, &message, 0);
    struct timespec wall, then;
    *at = now();
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); size > 0 && c; c = CMSG_NXTHDR(&message, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            clock_gettime(CLOCK_REALTIME, &wall);
            memcpy(&then, CMSG_DATA(c), sizeof then);
            *at -= (wall.tv_sec - then.tv_sec) * 1000000000ll + wall.tv_nsec - then.tv_nsec;
        }
    return size;
}

static void remember(int fd) {
    int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes);
}

static void note(uint64_t from, uint64_t to) {
    if (delay_count == delay_room) {
        delay_room = delay_room ? 2 * delay_room : 1 << 20;
        delays = realloc(delays, delay_room * sizeof *delays);
    }
    delays[delay_count++] = to > from ? (uint32_t)((to - from) / 1000) : 0;
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void say_delays(const char *word) {
    size_t n = delay_count;
    qsort(delays, n, sizeof *delays, by_size);
    printf("%s %zu %u %u %u", word, n, n ? delays[n / 2] : 0, n ? delays[n * 99 / 100] : 0, n ? delays[n - 1] : 0);
}

static void leave(struct client *c) {
    close(c->fd);
    if (c->state == OPEN) opened--, closed++;
    else connecting--, failed++;
    c->state = GONE;
}

static void start(struct client *c) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) { perror("socket"); exit(1); }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    c->state = CONNECTING, connecting++;
    if (connect(c->fd, (void *)&to, sizeof to) < 0 && errno != EINPROGRESS) { leave(c); return; }
    struct epoll_event e = {.events = EPOLLOUT, .data.u32 = (uint32_t)(c - clients)};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &e);
}

static void send_frame(struct client *c, int opcode, const void *data, int size) {
    static const unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    unsigned char frame[1024];
    int head = 2;
    frame[0] = 0x80 | opcode;
    if (size < 126) frame[1] = 0x80 | size;
    else frame[1] = 0x80 | 126, frame[2] = size >> 8, frame[3] = size & 255, head = 4;
    memcpy(frame + head, mask, 4);
    for (int i = 0; i < size; i++) frame[head + 4 + i] = ((const unsigned char *)data)[i] ^ mask[i & 3];
    if (send(c->fd, frame, head + 4 + size, MSG_NOSIGNAL) < 0 && errno != EAGAIN) leave(c);
}

static void ask(struct client *c) {
    char text[400];
    int size = snprintf(text, sizeof text,
        "{\"type\":\"ask\",\"id\":\"q%d-%d\",\"text\":\"When will the cycle lane along the station road be ready, and what "
        "does it cost in the end? Number %d.\"}", (int)getpid(), (int)(c - clients), (int)(c - clients));
    remember(c->fd);
    c->asked = now(), c->acked = 0;
    send_frame(c, 1, text, size);
}

static void heard(struct client *c, uint64_t at) {
    uint64_t shown = c->size < HEAD ? c->size : HEAD - 1;
    char *sent;
    c->body[shown] = 0;
    if (c->opcode == 9) { send_frame(c, 10, c->body, (int)shown); return; }
    if (c->opcode != 1) return;
    if (c->asked && !c->acked && (memmem(c->body, shown, "\"ack\"", 5) || memmem(c->body, shown, "\"refused\"", 9))) {
        if (memmem(c->body, shown, "\"ack\"", 5)) c->acked = at, note(c->asked, at);
        else fprintf(stderr, "%.200s\n", c->body);
        answered++, last_ack = at;
    }
    if (c->size < min_bytes) return;
    if (!c->first) c->first = at, had_first++;
    if (!asks && (sent = memmem(c->body, shown, "\"t\":", 4))) note(strtoull(sent + 4, 0, 10), at);
}

static void take(struct client *c, unsigned char *p, ssize_t n, uint64_t at) {
    while (n > 0) {
        if (!c->left) {
            int want = 2;
            c->head[c->head_size++] = *p++, n--;
            if (c->head_size >= 2) {
                int small = c->head[1] & 127;
                want = small == 126 ? 4 : small == 127 ? 10 : 2;
                if (c->head_size == want) {
                    c->size = small < 126 ? (uint64_t)small : 0;
                    for (int i = 2; i < want; i++) c->size = c->size << 8 | c->head[i];
                    c->opcode = c->head[0] & 15, c->left = c->size, c->head_size = 0;
                    if (!c->left) heard(c, at);
                }
            }
            continue;
        }
        uint64_t part = c->left < (uint64_t)n ? c->left : (uint64_t)n, place = c->size - c->left;
        if (place < HEAD - 1) memcpy(c->body + place, p, place + part < HEAD - 1 ? part : HEAD - 1 - place);
        c->left -= part, p += part, n -= part;
        if (!c->left) heard(c, at);
        if (c->state != OPEN) return;
    }
}

static void shake(struct client *c) {
    char request[512];
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) { leave(c); return; }
    int length = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", path, port);
    if (send(c->fd, request, length, MSG_NOSIGNAL) != length) { leave(c); return; }
    c->state = SHAKING;
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)(c - clients)};
    epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &e);
}

static void answer(struct client *c) {
    ssize_t n = recv(c->fd, c->answer + c->answer_size, sizeof c->answer - 1 - c->answer_size, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) { leave(c); return; }
    c->answer_size += n, c->answer[c->answer_size] = 0;
    char *end = strstr(c->answer, "\r\n\r\n");
    if (!end) return;
    if (strncmp(c->answer, "HTTP/1.1 101", 12)) {
        static int said;
        if (!said++) fprintf(stderr, "%.100s\n", c->answer);
        leave(c);
        return;
    }
    c->state = OPEN, connecting--, opened++;
    take(c, (unsigned char *)end + 4, c->answer_size - (end + 4 - c->answer), now());
    if (c - clients < stalled) epoll_ctl(poll_fd, EPOLL_CTL_DEL, c->fd, 0);
}

static void watch_stalled(void) { /* they are not read, so their end is looked for */
    for (int i = 0; i < stalled; i++) {
        struct tcp_info info;
        socklen_t size = sizeof info;
        if (clients[i].state == OPEN && !getsockopt(clients[i].fd, IPPROTO_TCP, TCP_INFO, &info, &size) &&
            info.tcpi_state != TCP_ESTABLISHED) leave(clients + i);
    }
}

static int obey(char *line) {
    int n, microseconds;
    if (!strcmp(line, "reset")) delay_count = 0;
    else if (!strcmp(line, "tell")) { watch_stalled(); say_delays("told"); printf(" %d %d\n", opened, closed); }
    else if (sscanf(line, "ask %d %d", &n, &microseconds) == 2) {
        asks = n < opened ? n : opened, gap = microseconds * 1000ull;
        asked = answered = 0, delay_count = 0, ask_began = now();
    } else if (!strcmp(line, "acked")) {
        printf("acked");
        for (int i = 0; i < count; i++) if (clients[i].acked) printf(" q%d-%d", (int)getpid(), i);
        printf("\n");
    } else if (!strcmp(line, "quit")) return 1;
    fflush(stdout);
    return 0;
}

static int listen_to_orders(void) {
    static char line[256];
    static int size;
    ssize_t n = read(0, line + size, sizeof line - 1 - size);
    if (n <= 0) return n == 0;
    size += n, line[size] = 0;
    for (char *end; (end = strchr(line, '\n'));) {
        *end = 0;
        if (obey(line)) return 1;
        size -= end + 1 - line;
        memmove(line, end + 1, size + 1);
    }
    return 0;
}

static void progress(void) {
    static int said_open, said_first;
    while (next_client < count && connecting < at_once) start(clients + next_client++);
    if (!said_open && next_client == count && !connecting) {
        said_open = 1;
        printf("open %d %d %.1f\n", opened, failed, (now() - began) / 1e6), fflush(stdout);
    }
    if (!said_first && had_first && had_first == count - stalled) {
        said_first = 1;
        printf("first %.1f\n", (now() - began) / 1e6), fflush(stdout);
    }
    while (asked < asks && now() >= ask_began + asked * gap) {
        struct client *c = clients + count - 1 - asked % count;
        asked++;
        if (c->state == OPEN) ask(c); else answered++;
    }
    if (asks && answered >= asks) {
        asks = 0;
        say_delays("asked"), printf(" %.1f\n", (last_ack - ask_began) / 1e6), fflush(stdout);
        delay_count = 0;
    }
}

int main(int argc, char **argv) {
    static unsigned char buffer[1 << 18];
    static struct epoll_event events[1024];
    if (argc != 7) return 2;
    port = atoi(argv[1]), path = argv[2], count = atoi(argv[3]), at_once = atoi(argv[4]);
    min_bytes = strtoull(argv[5], 0, 10), stalled = atoi(argv[6]);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    clients = calloc(count, sizeof *clients);
    poll_fd = epoll_create1(0);
    struct epoll_event orders = {.events = EPOLLIN, .data.u32 = STDIN};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, 0, &orders);
    began = now();
    for (;;) {
        progress();
        int n = epoll_wait(poll_fd, events, 1024, asked < asks ? 1 : 100);
        for (int i = 0; i < n; i++) {
            if (events[i].data.u32 == STDIN) { if (listen_to_orders()) return 0; continue; }
            struct client *c = clients + events[i].data.u32;
            if (c->state == CONNECTING) shake(c);
            else if (c->state == SHAKING) answer(c);
            else if (c->state == OPEN) {
                uint64_t at;
                int waits = c->asked && !c->acked;
                ssize_t size = waits ? receive(c->fd, buffer, sizeof buffer, &at) : recv(c->fd, buffer, sizeof buffer, 0);
                if (size > 0) take(c, buffer, size, waits ? at : now());
                else if (size == 0 || errno != EAGAIN) leave(c);
            }
        }
    }
}
