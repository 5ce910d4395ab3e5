import type { Entry, Stack } from './overlay.ts'

const directory: Entry = { is: 'directory' }
const file = (text: string): Entry => ({ is: 'file', text })

/** Two lower layers and an upper one on which nobody has written yet. Texts are short: they are drawn. */
export const start: Stack = {
  upper: { name: 'upper', files: {} },
  lower: [
    {
      name: 'app',
      files: { etc: directory, 'etc/motd': file('open'), var: directory, 'var/page': file('barrels') },
    },
    {
      name: 'base',
      files: {
        etc: directory,
        'etc/motd': file('hello'),
        'etc/password': file('secret'),
        var: directory,
        'var/log': directory,
        'var/log/monday': file('cold'),
        'var/log/tuesday': file('rain'),
      },
    },
  ],
}

/** What can be chosen: files each have a column, and a directory lies behind those of its files. */
export const files = ['etc/motd', 'etc/password', 'var/page', 'var/note', 'var/log/monday', 'var/log/tuesday']
export const directories = ['etc', 'var', 'var/log']
export const choices = [...files.slice(0, 4), 'var/log', ...files.slice(4)]
