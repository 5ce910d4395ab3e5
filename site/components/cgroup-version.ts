import { ref } from 'vue'

export type Version = 'v1' | 'v2'

const KEY = 'cooperage-cgroup'

/** The version that is shown, the same for every switch of a page. */
export const version = ref<Version>('v2')

/** Takes over what the script in the page's head has read already. */
export function readVersion(): void {
  version.value = document.documentElement.dataset.cgroup === 'v1' ? 'v1' : 'v2'
}

export function chooseVersion(chosen: Version): void {
  version.value = chosen
  document.documentElement.dataset.cgroup = chosen
  localStorage.setItem(KEY, chosen)
}
