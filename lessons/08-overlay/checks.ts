import { checks } from '../../src/facts/index.ts'
export default checks({})
