#!/bin/bash
# The machine's process 1. It makes what an init makes, checks the lessons, and turns the machine off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t mqueue mqueue /dev/mqueue
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=1777 tmp /tmp
ln -s /proc/self/fd /dev/fd
mount --make-rshared /
hostname machine
ip link set lo up
# What systemd sets; ps makes its first column as wide.
sysctl -qw kernel.pid_max=4194304

# One tree for all controllers. As systemd does, each person gets a group: delegated, with every controller.
mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup
controllers=$(sed 's/^/+/; s/ / +/g' /sys/fs/cgroup/cgroup.controllers)
echo "$controllers" > /sys/fs/cgroup/cgroup.subtree_control
person() { # NAME UID HOME
  (
    cd "$3" || exit
    for lesson in $(cat /vm/lessons); do
      # One for each, with nobody else in it: whoever shares out a group may not live in it.
      group=/sys/fs/cgroup/$1-$lesson.scope
      mkdir "$group"
      chown "$2" "$group" "$group"/cgroup.{procs,threads,subtree_control}
      bash -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$group" setpriv --reuid "$2" --regid "$2" --clear-groups \
        env -i HOME="$3" USER="$1" PATH="$PATH" LANG="$LANG" TERM="$TERM" COOPER_PATIENCE="$COOPER_PATIENCE" \
        cooper check "$lesson" $([ "$2" = 0 ] && cat /vm/flags) > "/vm/out/$1/$lesson" 2>&1
      sed "s/^/$1: /" "/vm/out/$1/$lesson"
    done
  )
}
echo "Linux $(uname -r), up in $(cut -d' ' -f1 /proc/uptime) s, cgroup v2:${controllers//+/}"
chown 1000:1000 /home/learner
chmod 1777 /var/tmp
mkdir -p /vm/out/root /vm/out/learner
person root 0 /root &
person learner 1000 /home/learner &
wait
mkdir /vm/out/lessons
cd /opt/cooperage/lessons && cp --parents */recorded/v2.json /vm/out/lessons 2>/dev/null
echo done > /vm/out/done
sync
mount -o remount,ro /
echo o > /proc/sysrq-trigger
sleep 60
