"""Streams that both sides make from a seed, with nothing but +, -, * and / of doubles: bit for bit those of src/detectors/streams.ts."""


class Seeded:
    """mulberry32, as in src/detectors/random.ts."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((self.state ^ (self.state >> 15)) * (1 | self.state)) & 0xFFFFFFFF
        t = (((t + (((t ^ (t >> 7)) * (61 | t)) & 0xFFFFFFFF)) & 0xFFFFFFFF) ^ t) & 0xFFFFFFFF
        return (t ^ (t >> 14)) / 4294967296


def bell(random):
    """Nearly normal: twelve uniform numbers less six."""
    total = 0.0
    for _ in range(12):
        total += random.next()
    return total - 6


def value(kind, i, half, size, random):
    after = i >= half
    if kind == "constant":
        return size
    if kind == "error":
        rate = size[1] if after else size[0]
        return 1 if random.next() < rate else 0
    if kind == "ramp_error":
        return 1 if random.next() < size[0] + (size[1] - size[0]) * (i / (2 * half)) else 0
    z = bell(random)
    if kind == "none":
        return z * size
    if kind == "step":
        return z + (size if after else 0)
    if kind == "ramp":
        return z + (size * ((i - half) / half) if after else 0)
    if kind == "spread":
        return z * (size if after else 1)
    if kind == "heavy":
        return z / (random.next() + 0.01) + (size if after else 0)
    if kind == "unit":
        return min(1.0, max(0.0, 0.5 + 0.1 * z + (size if after else 0)))
    raise ValueError(kind)


def stream(spec):
    kind, seed, n, size = spec
    random = Seeded(seed)
    return [value(kind, i, n // 2, size, random) for i in range(n)]


NUMBERS = [
    ["none", 1, 3000, 1], ["none", 2, 3000, 0.01], ["none", 3, 3000, 100], ["constant", 4, 1000, 0], ["constant", 5, 1000, 3.5],
    ["step", 6, 3000, 0.25], ["step", 7, 3000, 0.5], ["step", 8, 3000, 1], ["step", 9, 3000, 3], ["step", 10, 3000, -0.5],
    ["step", 11, 3000, -2], ["step", 12, 3000, 50], ["ramp", 13, 3000, 1], ["ramp", 14, 3000, 5], ["ramp", 15, 3000, -3],
    ["spread", 16, 3000, 2], ["spread", 17, 3000, 0.5], ["spread", 18, 3000, 10], ["heavy", 19, 3000, 0], ["heavy", 20, 3000, 2],
    ["heavy", 21, 3000, -10], ["unit", 22, 3000, 0.1], ["unit", 23, 3000, -0.2], ["unit", 24, 3000, 0], ["error", 25, 3000, [0.1, 0.4]],
]
ERRORS = [
    ["error", 31, 3000, [0.01, 0.01]], ["error", 32, 3000, [0.2, 0.2]], ["error", 33, 3000, [0.5, 0.5]], ["error", 34, 3000, [0.8, 0.8]],
    ["error", 35, 3000, [0.01, 0.05]], ["error", 36, 3000, [0.01, 0.3]], ["error", 37, 3000, [0.1, 0.15]], ["error", 38, 3000, [0.1, 0.2]],
    ["error", 39, 3000, [0.1, 0.4]], ["error", 40, 3000, [0.2, 0.25]], ["error", 41, 3000, [0.2, 0.5]], ["error", 42, 3000, [0.3, 0.9]],
    ["error", 43, 3000, [0.5, 0.6]], ["error", 44, 3000, [0.5, 0.1]], ["error", 45, 3000, [0.3, 0.05]], ["error", 46, 3000, [0, 0.2]],
    ["error", 47, 3000, [0, 1]], ["error", 48, 3000, [1, 0]], ["error", 49, 3000, [0.9, 0.99]], ["ramp_error", 50, 3000, [0.05, 0.5]],
    ["ramp_error", 51, 3000, [0.3, 0]], ["ramp_error", 52, 3000, [0.1, 0.9]], ["constant", 53, 1000, 0], ["constant", 54, 1000, 1],
]
