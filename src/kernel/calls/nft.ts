import { runProgram } from '../program.ts'
import { verb } from './verb.ts'

/** Rules of the packet filter, in the language of nft(8): one transaction, so all of them or none. */
export interface NftArgs {
  /** The table they are in, with its family: `ip cooper_1234`. It is ours alone, and goes as a whole. */
  table: string
  rules: string
}

/** Deleting what may be gone already: adding a table that is there changes nothing. */
const away = (table: string) => `add table ${table}\ndelete table ${table}\n`

// #region call
export const nft = verb<NftArgs>({
  // It names addresses and links, but none of them has to be there.
  meanwhile: true,
  run: async ({ rules }) => {
    const { code, said } = await runProgram(['nft', '-f', '-'], rules)
    if (code === 0) return
    const [sentence = ''] = said.trim().split('\n')
    // nft says in words what the kernel said in a number. Where it does not, it came to no answer.
    const errno = /not permitted/.test(said) ? 1 : /No such file/.test(said) ? 2 : /Error/.test(said) ? 22 : 0
    const ended = code > 128 ? `nft was ended by signal ${code - 128}` : `nft ended with status ${code}`
    throw Object.assign(new Error(said.trim() || ended), { errno, sentence: sentence || ended })
  },
  undo: ({ table }) => ({ do: 'nft', args: { table, rules: away(table) } }),
  say: ({ table, rules }) =>
    rules === away(table) ? `nft delete table ${table}` : `nft -f - (table ${table}, ${lines(rules)} lines)`,
  shell: ({ rules }) => `nft -f - <<'NFT'\n${rules.trimEnd()}\nNFT`,
  causes: {
    ENOENT: () => ({
      because: 'there is no nft on this machine, or its kernel lacks a module that the rules need',
      remedy: 'apt install nftables; modprobe nf_tables nft_chain_nat nft_masq nft_fib_ipv4',
    }),
    EPERM: () => ({ because: 'CAP_NET_ADMIN is needed over the owner of this network namespace' }),
    EINVAL: () => ({ because: 'nft or the kernel does not know something that stands in the rules' }),
  },
})
// #endregion call

const lines = (rules: string) => rules.trim().split('\n').length
