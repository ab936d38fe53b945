#!/bin/sh
# Makes otatape_VERSION_ARCHITECTURE.deb of a built program. Usage: deb.sh OTATAPE [FOLDER]
# The program should be built with --static-swift-stdlib: then nothing but Debian's own libraries is needed.
# DEBFULLNAME and DEBEMAIL name the maintainer.
set -eu

program=$1
folder=${2:-.}
here=$(cd "$(dirname "$0")" && pwd)
readme=$here/../../README.md
version=$("$program" --version)
architecture=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-otatape} <${DEBEMAIL:-otatape@localhost}>"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

root=$work/debian/otatape
doc=$root/usr/share/doc/otatape
install -D -m 755 "$program" "$root/usr/bin/otatape"
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/otatape"
install -D -m 644 "$here/otatape.service" "$root/lib/systemd/system/otatape.service"
# It may name a password file, and is nobody else's business.
install -D -m 640 "$here/otatape.default" "$root/etc/default/otatape"
install -D -m 644 "$readme" "$doc/README.md"
gzip -9n "$doc/README.md"
# The manual page is what the program says of itself, each subcommand a section.
verbatim() { printf '.nf\n'; sed 's/\\/\\e/g; s/-/\\-/g; s/^\([.'"'"']\)/\\\&\1/'; printf '.fi\n'; }
page=$root/usr/share/man/man1/otatape.1
mkdir -p "$(dirname "$page")"
{
    printf '.TH OTATAPE 1 "" "otatape %s" "User Commands"\n.SH NAME\n' "$version"
    printf 'otatape \\- record and replay firmware upgrades over the air\n.SH SYNOPSIS\n.B otatape\n'
    printf '\\fISUBCOMMAND\\fR [\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n'
    "$program" --help | verbatim
    for command in $("$program" --help | sed -n '/^SUBCOMMANDS:/,$s/^  \([a-z]\{1,\}\) .*/\1/p'); do
        printf '.SH "OTATAPE %s"\n' "$(echo "$command" | tr a-z A-Z)"
        "$program" help "$command" | verbatim
    done
    printf '.SH SEE ALSO\n.I /usr/share/doc/otatape/README.md.gz\n'
} | gzip -9n >"$page.gz"
cat >"$doc/copyright" <<END
otatape, packaged from its own sources.
Copyright: 2026 the authors of otatape, and the authors of what is linked into it

The Swift runtime and the libraries that are linked into the program are
under the Apache License 2.0 (see /usr/share/common-licenses/Apache-2.0) or, as GRDB.swift, Yams, Rainbow and
TextTable, under the MIT License.
END
printf 'otatape (%s) unstable; urgency=low\n\n  * Built from source.\n\n -- %s  %s\n' \
    "$version" "$maintainer" "$(date -R -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}")" | gzip -9n >"$doc/changelog.gz"

# What lintian may well complain of, and why it is so.
install -d "$root/usr/share/lintian/overrides"
cat >"$root/usr/share/lintian/overrides/otatape" <<'END'
# The Swift runtime is linked in, with the Foundation and the libraries that it brings: Debian has none of them.
otatape: embedded-library *
# It may hold a password.
otatape: non-standard-file-perm 0640 != 0644 [etc/default/otatape]
# Nothing is enabled by the package, but what its user enabled goes with it.
otatape: maintainer-script-calls-systemctl [prerm:*]
END
chmod 644 "$root/usr/share/lintian/overrides/otatape"

# What the program needs, found in the program itself.
mkdir "$root/DEBIAN"
printf 'Source: otatape\nPackage: otatape\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O debian/otatape/usr/bin/otatape | sed -n 's/^shlibs:Depends=//p')

cat >"$root/DEBIAN/control" <<END
Package: otatape
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size "$root" | cut -f1)
Depends: $depends
Recommends: mosquitto
Section: net
Priority: optional
Description: record and replay firmware upgrades over the air
 otatape records firmware-over-the-air traffic (MQTT and HTTP), turns it into
 upgrade sessions in SQLite, and replays them at a controlled speed against a
 simulated or a real device: to see why an upgrade failed in the field, and to
 keep it fixed.
 .
 The demo, replays and simulations start private brokers of mosquitto.
END
echo /etc/default/otatape >"$root/DEBIAN/conffiles"
# Nothing is started by itself: what to record is for /etc/default/otatape to say.
cat >"$root/DEBIAN/postinst" <<'END'
#!/bin/sh
set -e
if [ "$1" = configure ] && [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    deb-systemd-invoke try-restart otatape.service >/dev/null || true
fi
END
cat >"$root/DEBIAN/prerm" <<'END'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    deb-systemd-invoke stop otatape.service >/dev/null || true
    systemctl disable otatape.service >/dev/null || true
fi
END
# What was recorded (/var/lib/otatape) stays, even when the package is purged.
cat >"$root/DEBIAN/postrm" <<'END'
#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then systemctl --system daemon-reload >/dev/null || true; fi
END
chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm" "$root/DEBIAN/postrm"
(cd "$root" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
mkdir -p "$folder"
dpkg-deb --root-owner-group -Zxz --build "$root" "$folder/otatape_${version}_$architecture.deb"
