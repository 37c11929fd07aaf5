import { notFound } from '../arm-errors.ts'
import type { AccountContext, Reply } from '../kernel.ts'

/** 200 without a body; what was not there is answered as the switch says (contract sections 2 and 16). */
export const deletedReply = (context: AccountContext, wasThere: boolean): Reply => {
  if (wasThere) return { status: 200 }
  if (context.kernel.switches().deleteMissing === 404) throw notFound()
  return { status: 204 }
}
