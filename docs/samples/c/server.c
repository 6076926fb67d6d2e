/* A C service that changes versions under Rollcall without a failed request: `cc -O2 -pthread -o server server.c`.
   One thread a connection, HTTP/1.1 with keep-alive, no library. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IDLE_MS = 1500, TICK_MS = 100, DEADLINE_MS = 25000 };

static volatile sig_atomic_t draining;
static atomic_int open_connections;
static const char *version;

static void on_term(int signal) {
    (void)signal;
    draining = 1;
}

/* The socket that was passed, or one of our own. */
static int listener(void) {
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    if (pid && count && atoi(pid) == getpid() && atoi(count) > 0) return 3;
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(8080), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 4096)) {
        perror("listen");
        exit(1);
    }
    return fd;
}

static void ready(void) {
    const char *fd = getenv("ROLLCALL_READY_FD");
    if (!fd) return;
    if (write(atoi(fd), "ready\n", 6) < 0) perror("ready");
    close(atoi(fd));
}

static void say(int fd, int is_last) {
    char answer[512];
    int length = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n%s\r\n%s", strlen(version),
                          is_last ? "Connection: close\r\n" : "", version);
    for (int sent = 0; sent < length;) {
        ssize_t n = send(fd, answer + sent, (size_t)(length - sent), MSG_NOSIGNAL);
        if (n <= 0) return;
        sent += (int)n;
    }
}

static void *serve(void *arg) {
    int fd = (int)(long)arg, idle = 0;
    size_t used = 0;
    char request[8192];
    for (;;) {
        struct pollfd waits = {.fd = fd, .events = POLLIN};
        int n = poll(&waits, 1, TICK_MS);
        /* Silent since it drains: this client sends nothing any more. */
        if (n == 0 && (idle = draining ? idle + TICK_MS : 0) >= IDLE_MS) break;
        if (n <= 0) continue;
        ssize_t got = recv(fd, request + used, sizeof request - used, 0);
        if (got <= 0) break;
        used += (size_t)got;
        char *end = memmem(request, used, "\r\n\r\n", 4);
        if (!end) {
            if (used == sizeof request) break;
            continue;
        }
        int is_last = draining || memmem(request, used, "Connection: close", 17) != NULL;
        say(fd, is_last);
        if (is_last) break;
        used -= (size_t)(end + 4 - request);
        memmove(request, end + 4, used);
        idle = 0;
    }
    close(fd);
    atomic_fetch_sub(&open_connections, 1);
    return NULL;
}

int main(void) {
    version = getenv("ROLLCALL_VERSION") ? getenv("ROLLCALL_VERSION") : "dev";
    struct sigaction term = {.sa_handler = on_term};
    sigaction(SIGTERM, &term, NULL);
    int fd = listener();
    ready();
    while (!draining) {
        struct pollfd waits = {.fd = fd, .events = POLLIN};
        if (poll(&waits, 1, TICK_MS) <= 0) continue;
        /* A socket that was passed does not block: the version beside this one may have been faster. */
        int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0) continue;
        atomic_fetch_add(&open_connections, 1);
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(long)client)) {
            close(client);
            atomic_fetch_sub(&open_connections, 1);
            continue;
        }
        pthread_detach(thread);
    }
    /* Stops accepting only: connections in the queue are the next version's. */
    close(fd);
    for (int waited = 0; atomic_load(&open_connections) > 0 && waited < DEADLINE_MS; waited += TICK_MS) usleep(TICK_MS * 1000);
    return 0;
}
