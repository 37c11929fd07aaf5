/**
 * What CI plays: the fewest seeds whose histories together have every kind of step, fault, outage, forgery and
 * protection. A change of what seeds make (`generate.ts`) needs others; the test of the rules says so.
 */
export const fixedSeeds: readonly number[] = [1995, 2605, 782, 290, 652, 3, 583, 124]
