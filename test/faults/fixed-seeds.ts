/**
 * What CI plays: the fewest seeds whose histories together have every kind of step, fault, outage, forgery and
 * protection, and of what strangers do. A change of what seeds make (`generate.ts`) needs others; the test of the rules says so.
 */
export const fixedSeeds: readonly number[] = [1077, 3775, 5358, 1327, 5395, 5420, 1545, 306]
