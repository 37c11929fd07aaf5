/** The console as one page; `scripts/console-page.ts` makes it of the files here. */
export declare const html: string
/** Value of the header: only the script and the style of this very page are let in. */
export declare const contentSecurityPolicy: string
