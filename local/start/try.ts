import type { Stack } from '../stack/stack.ts'
export const howToTry = (_stack: Stack): string => ''
