import { files } from './files.ts'
import { groups } from './groups.ts'
import { ids } from './ids.ts'
import { mounts } from './mounts.ts'
import { namespaces } from './namespaces.ts'
import { network } from './network.ts'
import type { Row } from './row.ts'
import { terminal } from './terminal.ts'

/** Every call once or more. */
export const table: Row[] = [...mounts, ...groups, ...files, ...ids, ...namespaces, ...terminal, ...network]
