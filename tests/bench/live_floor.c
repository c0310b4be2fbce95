/* The floor: a server that does nothing but write one ready-made frame to every socket, in C.
 *
 *   live_floor FIRST_BYTES      the size of what each client gets first; 0: nothing
 *
 * Says "port N". By stdin: "run RATE SECONDS BYTES" -> "ran MESSAGES CPU_SECONDS"; "quit".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
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

enum { ROOM = 100000 };
static int sockets[ROOM], socket_count, poll_fd, listener, first_size;
static char *first;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static double cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int frame_of(char *frame, int bytes, uint64_t t) {
    frame[0] = (char)0x81, frame[1] = 126, frame[2] = (char)(bytes >> 8), frame[3] = (char)bytes;
    int n = sprintf(frame + 4, "{\"type\":\"x\",\"t\":%llu,\"p\":\"", (unsigned long long)t);
    memset(frame + 4 + n, 'x', bytes - n);
    memcpy(frame + 4 + bytes - 2, "\"}", 2);
    return 4 + bytes;
}

static void accept_all(void) {
    for (int fd, on = 1; (fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0;) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &e);
    }
}

static void receive(int fd) {
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    char buffer[2048];
    ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN) close(fd);
        return;
    }
    if (n > 3 && !memcmp(buffer, "GET", 3) && socket_count < ROOM) {
        (void)!send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
        if (first) (void)!send(fd, first, first_size, MSG_NOSIGNAL);
        sockets[socket_count++] = fd;
    }
}

static void serve(int milliseconds) {
    static struct epoll_event events[1024];
    int n = epoll_wait(poll_fd, events, 1024, milliseconds);
    for (int i = 0; i < n; i++) {
        if (events[i].data.fd == listener) accept_all();
        else if (events[i].data.fd != 0) receive(events[i].data.fd);
    }
}

static void run(int rate, int seconds, int bytes) {
    static char frame[70000];
    double before = cpu();
    uint64_t began = now(), sent = 0;
    for (int i = 0; i < rate * seconds; i++) {
        uint64_t due = began + i * (1000000000ull / rate);
        for (uint64_t t; (t = now()) < due;) serve((int)((due - t) / 1000000));
        int size = frame_of(frame, bytes, now());
        for (int s = 0; s < socket_count; s++) sent += send(sockets[s], frame, size, MSG_NOSIGNAL) > 0;
    }
    printf("ran %llu %.4f\n", (unsigned long long)sent, cpu() - before), fflush(stdout);
}

int main(int argc, char **argv) {
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    char line[128];
    int rate, seconds, bytes;
    if (argc != 2) return 2;
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (atoi(argv[1])) first = malloc(70000), first_size = frame_of(first, atoi(argv[1]), now());
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(listener, (void *)&at, sizeof at) || listen(listener, 4096)) { perror("listen"); return 1; }
    getsockname(listener, (void *)&at, &size);
    poll_fd = epoll_create1(0);
    struct epoll_event l = {.events = EPOLLIN, .data.fd = listener}, orders = {.events = EPOLLIN, .data.fd = 0};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &l);
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, 0, &orders);
    printf("port %d\n", ntohs(at.sin_port)), fflush(stdout);
    for (;;) {
        struct epoll_event e;
        if (epoll_wait(poll_fd, &e, 1, -1) == 1 && e.data.fd == 0) {
            if (!fgets(line, sizeof line, stdin) || !strcmp(line, "quit\n")) return 0;
            if (sscanf(line, "run %d %d %d", &rate, &seconds, &bytes) == 3) run(rate, seconds, bytes);
        } else serve(0);
    }
}
