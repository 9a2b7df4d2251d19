// faces: what every answer says to a browser: nothing is guessed of a body, framed, or told to other sites (OWASP secure headers).
export const safe_headers = { 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' } as const;
