#!/busybox sh
# The kernel's first program: makes the disk readable and goes on there.
for module in /modules/*; do
  /busybox insmod "$module" || echo "no ${module##*/}"
done
/busybox mkdir /disk
/busybox mount -t devtmpfs dev /dev
/busybox mount -t ext4 /dev/vda /disk && exec /busybox switch_root /disk /vm/init
echo 'The disk cannot be read.'
/busybox poweroff -f
