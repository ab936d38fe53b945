#include <fcntl.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Glibc's module hides what needs _GNU_SOURCE. pipe(2) */
extern int pipe2(int descriptors[2], int flags);

/* A pipe that programs which are started do not inherit. Returns 0, or -1 with errno set. */
static inline int otatape_pipe(int descriptors[2]) {
    return pipe2(descriptors, O_CLOEXEC);
}

/* ioctl(2) is variadic: sets IFF_UP on the loopback interface, netdevice(7). Returns 0, or -1 with errno set. */
static inline int otatape_bring_loopback_up(void) {
    struct ifreq request;
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
    int result = ioctl(descriptor, SIOCGIFFLAGS, &request);
    if (result == 0) {
        request.ifr_flags |= IFF_UP;
        result = ioctl(descriptor, SIOCSIFFLAGS, &request);
    }
    close(descriptor);
    return result;
}
