{
  'target_defaults': {
    'cflags': ['-Wall', '-Wextra', '-O2'],
    'cflags_cc': ['-std=c++17'],
  },
  'targets': [
    {
      'target_name': 'cooper',
      'sources': ['addon.cc', 'bpf.cc', 'calls.cc', 'child.cc', 'layers.cc', 'maker.cc', 'netlink.cc', 'overlay.cc', 'read-plan.cc', 'root.cc', 'sockets.cc', 'spawn.cc', 'told.cc', 'wire.cc'],
      'include_dirs': ["<!(node -p \"require('node-addon-api').include_dir\")"],
      'defines': ['NAPI_VERSION=9', 'NODE_ADDON_API_DISABLE_DEPRECATED'],
      'cflags_cc!': ['-fno-exceptions'],
      'cflags_cc': ['-fexceptions'],
    },
  ],
}
