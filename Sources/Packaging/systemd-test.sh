#!/bin/bash
# Boots a Debian 12 whose first process is systemd, installs a package into it, and holds otatape.service to what it
# promises: to start before its broker, to be watched, to end in order, and to lose nothing meanwhile.
#
#   Sources/Packaging/systemd-test.sh PACKAGE.deb
#
# Needs root, debootstrap and a mirror, systemd-nspawn (Debian's systemd-container) and cgroup 2; ends with 77 where one is
# missing. A clean root that is there already is used again: SYSTEMD_TEST_ROOT=FOLDER. Two minutes after that.
set -u

package=$(realpath "${1:?name the package}")
clean=${SYSTEMD_TEST_ROOT:-}
PATH=$PATH:/usr/sbin:/sbin
skip() { echo "SKIPPED: $*"; exit 77; }

# Mounts and processes are in namespaces of their own, and end with them.
if [ -z "${SYSTEMD_TEST_INSIDE:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "it mounts, and starts a container: run it as root"
    for tool in systemd-nspawn unshare nsenter pgrep; do
        command -v $tool >/dev/null || skip "$tool is missing: apt-get install systemd-container util-linux procps"
    done
    [ -n "$clean" ] || command -v debootstrap >/dev/null || skip "debootstrap is missing: apt-get install debootstrap"
    grep -qw cgroup2 /proc/filesystems || skip "this kernel has no cgroup 2"
    work=$(mktemp -d)
    inner=
    leave() {
        [ -n "$inner" ] && kill -KILL "$inner" 2>/dev/null
        wait
        for group in /sys/fs/cgroup/"${work##*/}" /sys/fs/cgroup/*/"${work##*/}"; do
            for _ in {1..50}; do
                [ -d "$group" ] && ! find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || break
                sleep 0.2
            done
        done
        rm -rf --one-file-system "$work"
    }
    trap leave EXIT
    trap 'exit 130' INT TERM
    SYSTEMD_TEST_INSIDE=$work unshare --mount --propagation private --pid --fork --kill-child --mount-proc "$0" "$package" </dev/null &
    inner=$!
    wait $inner
    exit
fi
work=$SYSTEMD_TEST_INSIDE
root=$work/top/root
container= leader= failed=0 published=0
store=/var/lib/otatape/otatape.sqlite
trap 'exit 130' INT TERM
environment=(env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive)

make_root() {
    if [ -z "$clean" ]; then clean=$work/clean; fi
    if [ ! -e "$clean/etc/debian_version" ]; then
        echo "== a clean Debian 12 with systemd"
        debootstrap --variant=minbase --include=systemd-sysv bookworm "$clean" \
            "${SYSTEMD_TEST_MIRROR:-http://deb.debian.org/debian}" >"$work/debootstrap.log" 2>&1 ||
            { tail -5 "$work/debootstrap.log"; skip "debootstrap made no Debian 12"; }
    fi
    mkdir "$work/top"
    mount -t tmpfs tmpfs "$work/top"
    mkdir "$work/top/upper" "$work/top/work" "$root"
    mount -t overlay overlay -o "lowerdir=$clean,upperdir=$work/top/upper,workdir=$work/top/work" "$root" ||
        skip "no overlay file system can be mounted here"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    for file in /etc/apt/apt.conf.d/*proxy*; do [ -e "$file" ] && cp "$file" "$root/etc/apt/apt.conf.d/"; done
    cp "$package" "$root/root/otatape.deb"
    mount -t proc proc "$root/proc"
    # Nothing is to be started before there is a systemd that does.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d"
    for words in "update" "install -y --no-install-recommends systemd-sysv mosquitto mosquitto-clients sqlite3 /root/otatape.deb"; do
        chroot "$root" "${environment[@]}" ${http_proxy:+http_proxy=$http_proxy} apt-get -qq $words >"$work/install.log" 2>&1 ||
            { tail -20 "$work/install.log"; echo "FAILED: the package does not install"; exit 1; }
    done
    rm "$root/usr/sbin/policy-rc.d"
    umount "$root/proc"
    printf 'max_queued_messages 0\n' >"$root/etc/mosquitto/conf.d/keep.conf"
}

# A container has a place among this machine's own units; where there is no systemd that gives it one, it gets a group, and a
# folder for nspawn's notes, that go with it.
place=()
make_place() {
    [ -d /run/systemd/system ] && return
    place=(--keep-unit)
    mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd
    for folder in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
        [ -e "$folder/cgroup.procs" ] || continue
        mkdir "$folder/${work##*/}" && echo 1 >"$folder/${work##*/}/cgroup.procs"
    done
}
boot() {
    SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --directory="$root" --boot --private-network --register=no "${place[@]}" \
        --console=pipe --machine=otatape-test </dev/null >"$work/console.log" 2>&1 &
    container=$!
    until_booted
}
until_booted() {
    local end=$((SECONDS + 60)) state
    while [ $SECONDS -lt $end ] && kill -0 $container 2>/dev/null; do
        sleep 0.5
        leader=$(pgrep -P $container -o) || continue
        state=$(inside systemctl is-system-running 2>/dev/null)
        case $state in running | degraded) return 0 ;; esac
    done
    return 1
}
inside() { nsenter --target "$leader" --mount --uts --ipc --net --pid -- "${environment[@]}" "$@"; }

# check SENTENCE COMMAND...: what must be so.
check() {
    local sentence=$1
    shift
    if "$@"; then echo "  ok    $sentence"; else echo "  WRONG $sentence"; failed=$((failed + 1)); fi
}
# becomes SENTENCE COMMAND...: what must be so before a minute is over.
becomes() {
    local sentence=$1 end=$((SECONDS + 60))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || { check "$sentence" false; return; }
        sleep 0.2
    done
    check "$sentence" true
}
not() { ! "$@"; }
systemctl() { inside systemctl "$@"; }
property() { systemctl show --property "$1" --value "${2:-otatape}"; }
is() { [ "$(property "$1")" = "$2" ]; }
says() { property StatusText | grep -q -- "$1"; }
logged() { inside journalctl --unit otatape --no-pager --output cat | grep -q -- "$1"; }
is_running_anew() { is ActiveState active && not is MainPID "$1" && not is MainPID 0; }
query() { inside sqlite3 -cmd ".timeout 30000" "file:${2:-$store}?mode=ro" "$1"; }
# records WORDS...: what the service does from now on.
records() { printf 'OTATAPE_RECORD="%s"\n' "$*" >"$root/etc/default/otatape"; }

# publish COUNT: messages under numbers of their own, all of which the broker has acknowledged when this returns.
publish() {
    awk -v first=$published -v count="$1" 'BEGIN { for (i = first; i < first + count; i++)
        printf "{\"command_id\": \"c\", \"progress\": 1, \"downloaded_bytes\": %d, \"total_bytes\": 999999, \"speed_kbps\": 1.0, \"eta_seconds\": 1, \"timestamp\": \"2026-01-01T00:00:00Z\"}\n", i }' |
        inside mosquitto_pub -h 127.0.0.1 -q 1 -l -t v1/7/firmware/download/progress && published=$((published + $1))
}
# Whether every message is in the store, each of them once.
has_everything() {
    [ "$(query "SELECT count(*), count(DISTINCT downloaded_bytes) FROM message" 2>/dev/null)" = "$published|$published" ]
}
has_ended_in_order() { [ "$(query "SELECT state FROM recording ORDER BY id DESC LIMIT 1")" = finished ]; }

starts_before_its_broker() {
    echo "== it starts before its broker"
    check "nothing is enabled by the package" not systemctl --quiet is-enabled otatape
    systemctl stop mosquitto
    check "it starts" systemctl start otatape
    becomes "it says that it waits" says "^waiting for broker mqtt://127.0.0.1:1883: .*refused the connection"
    check "its status says so, too" not inside otatape record --status --store $store >/dev/null 2>&1
    systemctl start mosquitto
    becomes "it records once the broker is there" says "^0 messages kept"
    publish 1000
    becomes "what is published is stored" has_everything
    becomes "its status is well" inside otatape record --status --store $store >/dev/null
    systemctl stop mosquitto
    becomes "it says when the broker is gone" says "^without broker mqtt://127.0.0.1:1883: "
    systemctl start mosquitto
    becomes "and when it is back" says "^1000 messages kept"
    check "it runs as a user of its own" [ "$(inside stat -c %U /proc/"$(property MainPID)")" = otatape ]
    check "it was never started again" is NRestarts 0
    check "the log holds no progress, and nothing of the dispatch library" not logged "messages, \|thread priority"
}

ends_in_order() {
    echo "== it is stopped, restarted and upgraded"
    check "it stops" systemctl stop otatape
    check "as it should" is Result success
    check "the recording has ended in order" has_ended_in_order
    check "no lock and no status are left" not inside test -e $store.lock -o -e $store.status
    publish 1000
    systemctl start otatape
    becomes "what was published while it was stopped comes" has_everything
    publishing=$published
    (for _ in 1 2 3 4 5; do publish 1000; done) &
    systemctl restart otatape
    wait $!
    published=$((publishing + 5000))
    becomes "what was published while it was restarted comes" has_everything
    local before
    before=$(property MainPID)
    inside dpkg -i /root/otatape.deb >/dev/null 2>&1
    becomes "an upgrade starts it again" is_running_anew "$before"
    check "every recording has ended in order but this one" [ "$(query "SELECT group_concat(DISTINCT state) FROM recording")" = finished,running ]
}

is_started_again() {
    echo "== it is killed, and hangs"
    local before
    before=$(property MainPID)
    inside kill -KILL "$before"
    publish 1000
    becomes "after kill -9 it is started again" is_running_anew "$before"
    becomes "and nothing is missing" has_everything
    inside mkdir -p /run/systemd/system/otatape.service.d
    inside sh -c "printf '[Service]\nWatchdogSec=6s\n' >/run/systemd/system/otatape.service.d/watchdog.conf"
    systemctl daemon-reload
    systemctl restart otatape
    before=$(property MainPID)
    sleep 13
    check "the watchdog lets it be while it works" is MainPID "$before"
    inside kill -STOP "$before"
    publish 1000
    becomes "the watchdog ends it when it hangs, and it is started again" is_running_anew "$before"
    check "that was the watchdog" logged "Watchdog timeout"
    becomes "and nothing is missing" has_everything
}

goes_on_in_another_store() {
    echo "== its store is moved away, while the broker is not there"
    records --broker mqtt://127.0.0.1:1883 --keep-session
    systemctl restart otatape
    local before
    before=$(property MainPID)
    systemctl stop mosquitto
    inside mv $store /var/lib/otatape/old.sqlite
    check "it is told (systemctl reload)" systemctl reload otatape
    becomes "it waits for the broker, with which it goes on" says "^waiting for broker"
    sleep 13
    check "the watchdog lets it be meanwhile" is MainPID "$before"
    systemctl start mosquitto
    becomes "it records once the broker is back" says "messages kept"
    check "the store that was moved is whole" [ "$(query "SELECT count(DISTINCT downloaded_bytes) FROM message" /var/lib/otatape/old.sqlite)" = $published ]
    check "it is still the same process" is MainPID "$before"
    inside rm -r /run/systemd/system/otatape.service.d
    systemctl daemon-reload
}

works_as_by_hand() {
    echo "== it may do what it does by hand"
    systemctl stop otatape
    inside sh -c "rm -rf /var/lib/otatape/*; OTATAPE_STORE=$store timeout -s KILL 3 otatape record --broker mqtt://127.0.0.1:1883 >/dev/null 2>&1"
    check "what root's own recorder left was root's" [ "$(inside stat -c %U $store.lock)" = root ]
    records --broker mqtt://127.0.0.1:1883 --keep-session -i any --port 1883 -w /var/lib/otatape/ring.pcap --file-size 1MB \
        -t "'with a space/#'"
    check "it starts beside that, and may sniff" systemctl start otatape
    check "and has these files" [ "$(inside stat -c %U $store)" = otatape ]
    published=0
    publish 1000
    from_the_wire() {
        [ "$(query "SELECT count(*) FROM message JOIN connection ON connection.id = connection_id
            JOIN recording ON recording.id = recording_id WHERE kind = 'interface'")" -ge 1000 ]
    }
    becomes "messages come from the wire" from_the_wire
    packet_files() { [ "$(inside find /var/lib/otatape/ -name '*.pcap' | wc -l)" = "$1" ]; }
    becomes "packets are kept" packet_files 1
    systemctl reload otatape
    publish 1
    becomes "systemctl reload begins the next file" packet_files 2
    check "it ends in order" systemctl stop otatape
    check "so do both recordings" has_ended_in_order
}

starts_with_the_machine() {
    echo "== it starts with the machine"
    systemctl enable --quiet otatape mosquitto
    systemctl poweroff
    wait $container
    boot || { tail -5 "$work/console.log"; echo "FAILED: it does not boot again"; exit 1; }
    becomes "it records without anybody's doing" says "messages kept"
}

goes() {
    echo "== it goes"
    inside apt-get -qq remove -y otatape >/dev/null 2>&1
    check "a removed package has left its settings" inside test -e /etc/default/otatape
    inside apt-get -qq purge -y otatape >/dev/null 2>&1
    check "a purged one has not" not inside test -e /etc/default/otatape
    check "nothing of it starts with the machine" [ -z "$(inside find /etc/systemd /lib/systemd -name '*otatape*')" ]
    check "nobody records any more" not is ActiveState active
    check "what was recorded is there" inside test -s $store
    check "nothing is left of it that has failed" [ -z "$(systemctl list-units --failed --no-legend --plain 'otatape*')" ]
}

make_root
make_place
echo "== booting it"
boot || { tail -5 "$work/console.log"; skip "no systemd can be booted on this machine"; }
for part in starts_before_its_broker ends_in_order is_started_again goes_on_in_another_store works_as_by_hand \
    starts_with_the_machine goes; do $part; done
if [ $failed != 0 ]; then
    inside journalctl --unit otatape --no-pager --output short-precise | tail -60
    echo "$failed of what must be so is not"
    exit 1
fi
echo "it starts, is watched, ends and goes as it should"
