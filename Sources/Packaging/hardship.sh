#!/bin/bash
# Gives a recorder a hard time while messages come, and counts afterwards: every message that the broker acknowledged to
# its publisher must be in the store, and each of them once.
#
#   Sources/Packaging/hardship.sh OTATAPE [MESSAGES A ROUND]
#
# Four cases, each with a broker, a store and a folder of its own: the disk is full for a while (a small tmpfs), another
# program holds the store for 30 s, the broker is killed and started again, the network is cut for 60 s. Needs root (tmpfs,
# network namespaces), mosquitto, mosquitto-clients, sqlite3 and iproute2.
set -u
otatape=$(realpath "${1:?name the otatape program}")
rate=${2:-2000}
[ "$(id -u)" = 0 ] || { echo "hardship.sh mounts a tmpfs and makes network namespaces: run it as root"; exit 2; }
PATH=$PATH:/usr/sbin
work=$(mktemp -d)
broker= publisher= recorder= holder= netns=
cleanup() {
    kill $broker $publisher $recorder $holder 2>/dev/null
    wait 2>/dev/null
    [ -n "$netns" ] && ip netns del "$netns" 2>/dev/null
    umount "$work"/*/disk 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT
failed=0

# begin NAME [LISTENING ADDRESS]: a folder, and a broker in it that drops nothing for a recorder that is away.
begin() {
    name=$1 address=${2:-127.0.0.1} port=$((20000 + RANDOM % 20000))
    folder=$work/$name store=$folder/store/hard.sqlite run=()
    mkdir -p "$folder/store"
    : >"$folder/record.log"
    cat >"$folder/mosquitto.conf" <<EOF
listener $port $address
$( [ "$address" = 127.0.0.1 ] || echo "listener $port 127.0.0.1" )
allow_anonymous true
persistence true
persistence_location $folder/
max_queued_messages 0
max_inflight_messages 100
user root
EOF
    start_broker
}
start_broker() {
    : >"$folder/broker.log"
    mosquitto -c "$folder/mosquitto.conf" >>"$folder/broker.log" 2>&1 &
    broker=$!
    until grep -q running "$folder/broker.log"; do
        kill -0 $broker 2>/dev/null || { cat "$folder/broker.log"; exit 3; }
        sleep 0.05
    done
}
record() {
    "${run[@]}" "$otatape" record --broker "mqtt://$address:$port" --store "$store" "$@" 2>>"$folder/record.log" >/dev/null &
    recorder=$!
    until grep -q "subscribed to" "$folder/record.log"; do
        kill -0 $recorder 2>/dev/null || { cat "$folder/record.log"; exit 3; }
        sleep 0.05
    done
}
stored() { sqlite3 -cmd ".timeout 30000" "file:$store?mode=ro" "SELECT count(*) FROM message" 2>/dev/null || echo 0; }

# Each round of messages is one run of mosquitto_pub: it ends when the broker has acknowledged all of them. A run that
# fails (the broker is away) has its messages published again, under numbers of their own: what of the first attempt
# arrived was not acknowledged, and is not counted.
publish() {
    local first=0
    while [ ! -e "$folder/stop" ]; do
        if awk -v first=$first -v count="$rate" 'BEGIN { for (i = first; i < first + count; i++)
            printf "{\"command_id\": \"c\", \"progress\": 1, \"downloaded_bytes\": %d, \"total_bytes\": 9, \"speed_kbps\": 1.0, \"eta_seconds\": 1, \"timestamp\": \"2026-01-01T00:00:00Z\"}\n", i }' |
            mosquitto_pub -h 127.0.0.1 -p $port -q 1 -l -t v1/7/firmware/download/progress 2>/dev/null; then
            echo "$first" >>"$folder/acknowledged"
        fi
        first=$((first + rate))
        sleep 0.5
    done
}

# Ends the publisher, lets the recorder take what is left, and counts.
count() {
    touch "$folder/stop"
    wait $publisher
    publisher=
    local acknowledged waited=0 before=-1 now
    acknowledged=$(($(wc -l <"$folder/acknowledged") * rate))
    while now=$(stored); [ "$now" != "$before" ] || [ "$now" -lt "$acknowledged" -a $((waited += 1)) -lt 45 ]; do
        before=$now
        sleep 2
    done
    kill -INT $recorder
    wait $recorder
    local status=$?
    recorder=
    kill $broker; wait $broker 2>/dev/null; broker=
    # What was acknowledged, number by number.
    awk -v rate="$rate" '{ for (i = $1; i < $1 + rate; i++) print i }' "$folder/acknowledged" >"$folder/numbers"
    sqlite3 "$store" >"$folder/result" <<EOF
CREATE TEMP TABLE sent (number INTEGER PRIMARY KEY);
.mode csv
.import $folder/numbers sent
SELECT (SELECT count(*) FROM sent) || ' acknowledged, ' || count(*) || ' stored: '
    || (SELECT count(*) FROM sent WHERE number NOT IN (SELECT downloaded_bytes FROM message)) || ' missing, '
    || (count(*) - count(DISTINCT downloaded_bytes)) || ' repeated; outages: '
    || (SELECT count(*) || ', of which the broker kept the session: ' || ifnull(sum(is_session_kept), 0) FROM outage)
    FROM message;
EOF
    local result
    result=$(tr -d '"' <"$folder/result")
    printf '%-22s %s\n' "$name:" "$result (recorder ended with $status)"
    # What the recorder said, the lines of progress left out.
    grep -vE "^[0-9]+ of |^recording to|subscribed to" "$folder/record.log" | sort | uniq -c | sed 's/^ */    /' | head -6
    case $result in *": 0 missing, 0 repeated;"*) [ $status = 0 ] || failed=1 ;; *) failed=1 ;; esac
}

# 1. Store and spool lie on 24 MB, of which something else takes all that is left; after 20 s the disk grows.
disk_full() {
    begin disk-full
    mkdir "$folder/disk"
    mount -t tmpfs -o size=24m tmpfs "$folder/disk"
    store=$folder/disk/hard.sqlite
    record
    publish &
    publisher=$!
    sleep 3
    dd if=/dev/zero of="$folder/disk/filler" bs=64k 2>/dev/null
    sleep 20
    mount -o remount,size=1g "$folder/disk"
    sleep 2
    count
}

# 2. Another program holds the store's write lock for 30 s.
store_locked() {
    begin store-locked
    record
    publish &
    publisher=$!
    sleep 3
    { echo "BEGIN IMMEDIATE;"; sleep 30; echo "COMMIT;"; } | sqlite3 -cmd ".timeout 10000" "$store" &
    holder=$!
    wait $holder
    holder=
    sleep 2
    count
}

# 3. The broker ends in order (it writes its sessions down) and comes back, twice; then the recorder is killed meanwhile.
broker_restarted() {
    begin broker-restarted
    record
    publish &
    publisher=$!
    for pause in 0.2 5; do
        sleep 3
        kill $broker; wait $broker 2>/dev/null
        sleep $pause
        start_broker
    done
    sleep 3
    kill -9 $recorder; wait $recorder 2>/dev/null
    kill $broker; wait $broker 2>/dev/null
    start_broker
    record
    sleep 3
    count
}

# 4. The recorder sits behind a link that goes down for 60 s without a word, and then for 10 s with its connection reset.
network_cut() {
    netns=hardship$$
    ip netns add $netns
    ip link add hardship0 type veth peer name hardship1 netns $netns
    ip address add 10.213.47.1/30 dev hardship0
    ip link set hardship0 up
    ip -n $netns address add 10.213.47.2/30 dev hardship1
    ip -n $netns link set hardship1 up
    ip -n $netns link set lo up
    begin network-cut 10.213.47.1
    run=(ip netns exec $netns)
    record
    publish &
    publisher=$!
    sleep 3
    ip link set hardship0 down
    sleep 60
    ip link set hardship0 up
    sleep 5
    ip link set hardship0 down
    ip netns exec $netns ss -K dst 10.213.47.1 >/dev/null 2>&1
    sleep 10
    ip link set hardship0 up
    sleep 5
    count
    ip netns del $netns
    netns=
}

for case in disk_full store_locked broker_restarted network_cut; do $case; done
[ $failed = 0 ] && echo "nothing that was acknowledged is missing, nothing is there twice"
exit $failed
