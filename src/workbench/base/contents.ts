/** Programs of the base root file system. What this machine does not have is left out. */
export const programs: readonly string[] = [
  // shells
  ...'sh bash dash'.split(' '),
  // files and text
  ...'basename cat chgrp chmod chown cksum cmp cp cut date dd df diff dirname du echo expr false find grep head'.split(
    ' ',
  ),
  ...'id install less ln ls md5sum mkdir mkfifo mknod mktemp more mv nl od paste printf pwd readlink realpath'.split(
    ' ',
  ),
  ...'rm rmdir sed seq sha256sum sleep sort split stat stty sync tac tail tee test timeout touch tr true truncate'.split(
    ' ',
  ),
  ...'tty uname uniq wc which whoami xargs yes awk mawk env nproc tar gzip vi'.split(' '),
  // processes
  ...'kill nice nohup pgrep pkill ps top free uptime'.split(' '),
  // what containers are made with
  ...'chroot domainname findmnt hostname ip ipcmk ipcrm ipcs lsns mount mountpoint nsenter pivot_root setpriv'.split(
    ' ',
  ),
  ...'setsid ss umount unshare'.split(' '),
]

/** Directories that are there but empty, with their modes. */
export const directories: Readonly<Record<string, number>> = {
  proc: 0o555,
  sys: 0o555,
  dev: 0o755,
  etc: 0o755,
  home: 0o755,
  mnt: 0o755,
  // An overlay looks through it for a root that owns nothing of this; each container's own is 0700.
  root: 0o755,
  run: 0o755,
  srv: 0o755,
  tmp: 0o1777,
  var: 0o755,
  'var/log': 0o755,
  'var/tmp': 0o1777,
}

/** Of these each container has its own, empty; the others are shared by all. */
export const own: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Object.entries(directories).filter(([name]) => name !== 'etc')),
  root: 0o700,
}

/** What terminfo(5) should know of the learner's terminal, for less, vi and top. */
export const terminals = [
  'ansi',
  'dumb',
  'linux',
  'screen',
  'screen-256color',
  'tmux',
  'tmux-256color',
  'vt100',
  'xterm',
  'xterm-256color',
]

/** The files every program expects, as small as they can be. */
export const files: Readonly<Record<string, string>> = {
  'etc/passwd': [
    'root:x:0:0:root:/root:/bin/sh',
    'daemon:x:1:1:daemon:/:/usr/sbin/nologin',
    'www-data:x:33:33:www-data:/srv:/usr/sbin/nologin',
    'cooper:x:1000:1000:an ordinary user:/home:/bin/sh',
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
    '',
  ].join('\n'),
  'etc/group': [
    'root:x:0:',
    'daemon:x:1:',
    'tty:x:5:',
    'www-data:x:33:',
    'cooper:x:1000:',
    'nogroup:x:65534:',
    '',
  ].join('\n'),
  'etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  'etc/os-release':
    'NAME="Cooperage base"\nID=cooperage\nPRETTY_NAME="Cooperage base, made from this machine\'s programs"\n',
}

/** All that vi needs to be told: Backspace erases, Escape does not wait, and the last line says where one is. */
export const vimrc = 'set nocompatible backspace=indent,eol,start ttimeout ttimeoutlen=100 ruler showcmd\n'
