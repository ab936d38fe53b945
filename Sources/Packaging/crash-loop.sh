#!/bin/bash
# Kills a recorder at random moments while messages come, and counts afterwards: every message that the broker
# acknowledged to its publisher must be in the store, and each of them once.
#
#   Sources/Packaging/crash-loop.sh OTATAPE [ROUNDS] [MESSAGES A SECOND]
#
# Needs mosquitto, mosquitto-clients and sqlite3. Everything happens in a folder of its own, on a free port of loopback.
set -u
otatape=${1:?name the otatape program}
rounds=${2:-100}
rate=${3:-20000}
folder=$(mktemp -d)
store=$folder/crash.sqlite
port=$((20000 + RANDOM % 20000))
PATH=$PATH:/usr/sbin

# A broker that drops nothing for a recorder that is away: the README names these settings.
cat >"$folder/mosquitto.conf" <<EOF
listener $port 127.0.0.1
allow_anonymous true
persistence false
max_queued_messages 0
max_inflight_messages 1000
$( [ "$(id -u)" = 0 ] && echo "user root" )
EOF
mosquitto -c "$folder/mosquitto.conf" >"$folder/broker.log" 2>&1 &
broker=$!
publisher= recorder=; : >"$folder/record.log"
trap 'kill $broker $publisher $recorder 2>/dev/null; wait 2>/dev/null; rm -rf "$folder"' EXIT
until grep -q running "$folder/broker.log"; do kill -0 $broker 2>/dev/null || { cat "$folder/broker.log"; exit 3; }; done

record() {
    "$otatape" record --broker mqtt://127.0.0.1:$port --store "$store" "$@" 2>>"$folder/record.log" >/dev/null &
    recorder=$!
}
stored() { sqlite3 -cmd ".timeout 30000" "file:$store?mode=ro" "SELECT count(*) FROM message" 2>/dev/null || echo 0; }

# The first run subscribes; only what is published after that is promised.
record
until grep -q "recording to" "$folder/record.log"; do kill -0 $recorder 2>/dev/null || { cat "$folder/record.log"; exit 3; }; sleep 0.05; done

# Each second of messages is one run of mosquitto_pub: it ends when the broker has acknowledged all of them.
publish() {
    local first=0
    while [ ! -e "$folder/stop" ]; do
        awk -v first=$first -v count=$rate 'BEGIN { for (i = first; i < first + count; i++)
            printf "{\"command_id\": \"c\", \"progress\": 1, \"downloaded_bytes\": %d, \"total_bytes\": 9, \"speed_kbps\": 1.0, \"eta_seconds\": 1, \"timestamp\": \"2026-01-01T00:00:00Z\"}\n", i }' |
            mosquitto_pub -h 127.0.0.1 -p $port -q 1 -l -t v1/7/firmware/download/progress || exit 1
        first=$((first + rate))
        echo $first >"$folder/acknowledged"
    done
}
publish &
publisher=$!

for ((round = 1; round <= rounds; round++)); do
    sleep "0.$((RANDOM % 9))$((RANDOM % 10))"
    kill -9 $recorder
    wait $recorder 2>/dev/null
    record
    [ -t 2 ] && printf '\rkilled %d times, %s messages acknowledged ' $round "$(cat "$folder/acknowledged" 2>/dev/null)" >&2
done
touch "$folder/stop"
wait $publisher
status=$?
publisher=
[ $status = 0 ] || { echo "the publisher failed"; exit 3; }
acknowledged=$(cat "$folder/acknowledged")

# The last run takes what the broker still has, until nothing more comes.
before=-1 waited=0
while now=$(stored); [ "$now" != "$before" ] || [ "$now" -lt "$acknowledged" -a $((waited += 1)) -lt 30 ]; do before=$now; sleep 2; done
kill -INT $recorder
wait $recorder
sqlite3 "$store" "
    SELECT count(*) || ' stored', count(DISTINCT downloaded_bytes) || ' different', $acknowledged || ' acknowledged',
        (SELECT count(*) FROM recording) || ' recordings'
    FROM message" | tr '|' ' '
missing=$((acknowledged - $(sqlite3 "$store" "SELECT count(DISTINCT downloaded_bytes) FROM message")))
repeated=$(sqlite3 "$store" "SELECT count(*) - count(DISTINCT downloaded_bytes) FROM message")
echo "killed $rounds times: $missing missing, $repeated repeated"
[ $missing = 0 ] && [ "$repeated" = 0 ]
