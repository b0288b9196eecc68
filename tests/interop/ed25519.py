"""Strict verification of ed25519 signatures (RFC 8032, section 5.1), in plain Python: slow, and nothing to install."""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def add(a, b):
    """Sum of two points in extended coordinates (X, Y, Z, T)."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    g, h = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = (f - e) % P, (h - g) % P, (h + g) % P, (f + e) % P
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    total = NEUTRAL
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def equal(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decode(data):
    """The point that 32 bytes mean, or nothing; a second encoding of a point means nothing."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def good_key(data):
    """Whether 32 bytes are a point, in its one encoding, that is not of small order."""
    point = decode(data)
    return point is not None and not equal(multiply(8, point), NEUTRAL)


def verify(key, message, signature):
    """Whether this is the signature of the message: no S of L or more, no key or R of small order."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L or not good_key(key) or not good_key(r):
        return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    return equal(multiply(s, BASE), add(decode(r), multiply(k, decode(key))))
