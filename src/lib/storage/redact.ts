const longest = 300

/** Text of a service, cut to its first line, with everything that could be a signature or token taken out. */
export const redact = (text: string): string =>
  (text.split('\n', 1)[0] ?? '')
    .replace(/\b(sig|skoid|se|sp|sv|sr|st|spr|ske|skt|sks|skv|sktid)=[^&\s"'<>]*/gi, '$1=[redacted]')
    .replace(/\bBearer\s+\S+/gi, 'Bearer [redacted]')
    .replace(/[A-Za-z0-9+/_.-]{40,}={0,2}/g, '[redacted]')
    .slice(0, longest)
