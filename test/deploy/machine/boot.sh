#!/bin/sh
# Boots the systemd of this machine as process 1 of namespaces of its own: `boot.sh FOLDER GROUP PROGRAM`. Its files are those of this machine under
# a layer in memory, with PROGRAM as /root/new/holdfast; its network is a loopback, and its control groups lie under GROUP. Nothing that it changes is seen outside.
set -eu
folder=$1 group=$2 program=$3

if [ "${4:-}" != inside ]; then
  mkdir -p "$group"
  echo $$ > "$group/cgroup.procs"
  exec setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --net --ipc --uts --cgroup sh "$0" "$folder" "$group" "$program" inside
fi

mount --make-rprivate /
mount -t tmpfs tmpfs "$folder"
root=$folder/root
mkdir "$root" "$folder/changes" "$folder/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/changes,workdir=$folder/work" "$root"
mkdir -p "$root/root/new"
cp "$program" "$root/root/new/holdfast"
mount -t proc proc "$root/proc"
# Not all of these two is of a namespace: what a booting system tunes there would be tuned for everybody.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for place in run tmp dev; do mount -t tmpfs tmpfs "$root/$place"; done
for device in null zero full random urandom tty; do
  : > "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"

# No daily work of the packages that happen to be installed here.
mkdir -p "$root/run/systemd/system"
ln -s /dev/null "$root/run/systemd/system/timers.target"

cd "$root"
mkdir -p run/old
pivot_root . run/old
umount -l run/old
# As outside of containers: credentials come to a service as a mount that one process makes for another.
mount --make-rshared /
exec env -i container=holdfast-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --system --unit=basic.target --show-status=0 --log-target=journal
