#!/bin/sh
# Installs a package into a clean Debian 12, runs what it brought, and removes it. Usage: deb-test.sh PACKAGE.deb
# Needs root and debootstrap; takes minutes. A clean root that is there already is used again: DEB_TEST_ROOT=FOLDER.
set -eu

package=$(realpath "$1")
name=$(dpkg-deb -f "$package" Package)
version=$(dpkg-deb -f "$package" Version)
clean=${DEB_TEST_ROOT:-}
work=$(mktemp -d)

# Mounts and everything below them are this process's own, and end with it.
if [ "${DEB_TEST_INSIDE:-}" = "" ]; then
    trap 'rm -rf "$work"' EXIT
    DEB_TEST_INSIDE=$work unshare --mount --propagation private "$0" "$package"
    exit
fi
rmdir "$work"
work=$DEB_TEST_INSIDE

if [ "$clean" = "" ]; then clean=$work/clean; fi
if [ ! -e "$clean/etc/debian_version" ]; then
    echo "== a clean Debian 12"
    debootstrap --variant=minbase bookworm "$clean" "${DEB_TEST_MIRROR:-http://deb.debian.org/debian}" >"$work/debootstrap.log" ||
        { tail -5 "$work/debootstrap.log"; exit 1; }
fi
mkdir "$work/top"
mount -t tmpfs tmpfs "$work/top"
mkdir "$work/top/upper" "$work/top/work" "$work/top/root"
mount -t overlay overlay -o "lowerdir=$clean,upperdir=$work/top/upper,workdir=$work/top/work" "$work/top/root"
root=$work/top/root
for folder in proc dev sys; do mount --rbind "/$folder" "$root/$folder"; done
cp /etc/resolv.conf "$root/etc/resolv.conf"
for file in /etc/apt/apt.conf.d/*proxy*; do [ -e "$file" ] && cp "$file" "$root/etc/apt/apt.conf.d/"; done
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d"
cp "$package" "$root/tmp/package.deb"

inside() { chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy=$http_proxy} "$@"; }
fail() { echo "FAILED: $*"; exit 1; }

echo "== installing $name $version with what it needs"
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends /tmp/package.deb mosquitto >"$work/install.log" 2>&1 ||
    { tail -20 "$work/install.log"; fail "it does not install"; }
inside dpkg -s "$name" | grep -E '^(Status|Version|Depends):'
inside ldd "/usr/bin/$name" | grep 'not found' && fail "a library is missing"

echo "== $name --version"
said=$(inside "$name" --version)
echo "$said"
[ "$said" = "$version" ] || fail "it says another version"
echo "== $name demo"
inside sh -c "cd /tmp && $name demo" >"$work/demo.log" 2>&1 || { tail -20 "$work/demo.log"; fail "the demo fails"; }
grep -E '^(REPRODUCED|FIXED|STABLE)' "$work/demo.log"
echo "== $name doctor on the demo's store"
inside sh -c "$name doctor --format table --store /tmp/demo-*.sqlite"

echo "== as the unit runs it: another user, CAP_NET_RAW alone"
inside install -d -o nobody -m 700 /tmp/state
inside setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all,+net_raw --ambient-caps=-all,+net_raw \
    --bounding-set=-all,+net_raw "$name" record -i lo --port 1883 --duration 2 --store /tmp/state/otatape.sqlite 2>&1 ||
    fail "it does not record"

echo "== removing it"
echo '# mine' >>"$root/etc/default/otatape"
inside apt-get remove -y -qq "$name" >"$work/remove.log" 2>&1 || { tail "$work/remove.log"; fail "it cannot be removed"; }
[ ! -e "$root/usr/bin/$name" ] || fail "the program is still there"
grep -q '# mine' "$root/etc/default/otatape" || fail "the settings are gone"
inside apt-get purge -y -qq "$name" >"$work/purge.log" 2>&1 || { tail "$work/purge.log"; fail "it cannot be purged"; }
[ ! -e "$root/etc/default/otatape" ] || fail "the settings are still there"
echo "== it installs, runs and goes"
