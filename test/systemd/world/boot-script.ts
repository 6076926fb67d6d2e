/** Units of a machine that does nothing: what systemd wants to have, and what the agent's unit names. */
export const TARGETS: Readonly<Record<string, string>> = {
  "default.target": "Requires=multi-user.target\nAfter=multi-user.target",
  "multi-user.target": "Requires=basic.target\nAfter=basic.target",
  "basic.target": "Requires=sysinit.target\nWants=sockets.target\nAfter=sysinit.target sockets.target",
  "sysinit.target": "",
  "sockets.target": "",
  "network.target": "",
  "shutdown.target": "",
};

/**
 * Runs as the first process of its namespaces, and becomes systemd. It sees this machine's programs, an empty `/run`,
 * few devices, and folders of the test where an installation writes; what belongs to the machine is read-only. The
 * kernel's log is a file of the test, to which systemd writes its own. Of control groups it sees its own part of cgroup2
 * and nothing else: with hierarchies of the first kind a systemd mounts all of them, and makes groups in those of the machine.
 */
const FIRST = `set -e
root=$1
mount -t tmpfs -o mode=755 tmpfs /run
mount --bind "$root/etc/systemd" /etc/systemd
mount --bind "$root/var/lib" /var/lib
mount -t overlay -o "lowerdir=/usr/local,upperdir=$root/usr/local,workdir=$root/overlay" overlay /usr/local
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
mkdir /run/dev
mount -t tmpfs -o mode=755 tmpfs /run/dev
for device in null zero full random urandom tty; do
  : > "/run/dev/$device"
  mount --bind "/dev/$device" "/run/dev/$device"
done
: > /run/dev/kmsg
mount --bind "$root/systemd.log" /run/dev/kmsg
mkdir /run/dev/pts /run/dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts /run/dev/pts
mount -t tmpfs tmpfs /run/dev/shm
ln -s pts/ptmx /run/dev/ptmx
ln -s /proc/self/fd /run/dev/fd
mount --move /run/dev /dev
umount -l /sys/fs/cgroup "$root/groups"
mount -o remount,bind,ro /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec env -i container=rollcall-test PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_UNIT_PATH=/etc/systemd/system \\
  SYSTEMD_GENERATOR_PATH=/nowhere /lib/systemd/systemd --system --log-target=kmsg --log-level=info --show-status=no`;

/**
 * Boots a systemd in namespaces of its own, prints the number of its first process, and ends it with all that it has
 * started, and the control group that it lived in, when standard input ends: so nothing outlives a test that is killed.
 */
export const BOOT_SCRIPT = `set -e
root=$1
mkdir "$root/groups"
mount -t cgroup2 cgroup2 "$root/groups"
group="$root/groups/rollcall-test-systemd-$$"
mkdir "$group"
sh -c 'echo $$ > "$0/cgroup.procs"; exec unshare --mount --pid --fork --kill-child --mount-proc --cgroup --uts --ipc sh -c "$@"' \\
  "$group" '${FIRST.replaceAll("'", `'\\''`)}' sh "$root" < /dev/null &
outer=$!
set +e
first=
while [ -z "$first" ] && read -r first < "/proc/$outer/task/$outer/children" || kill -0 "$outer" && [ -z "$first" ]; do sleep 0.05; done
echo "$first"
cat > /dev/null
kill -9 $first
wait "$outer"
rounds=0
while [ -d "$group" ] && [ "$rounds" -lt 200 ]; do
  find "$group" -depth -type d -exec rmdir {} + 2> /dev/null || sleep 0.05
  rounds=$((rounds + 1))
done
`;
