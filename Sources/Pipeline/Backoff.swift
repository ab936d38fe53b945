// How long to wait before trying again.

/// Pauses that double up to a limit, each shortened by chance so that many clients do not come back at once.
struct Backoff {
    private static let first = Duration.milliseconds(500)
    private static let longest = Duration.seconds(30)

    private var next = Self.first

    /// The next pause: half of the current length and a random part of the other half.
    mutating func pause(using generator: inout some RandomNumberGenerator) -> Duration {
        defer { next = min(next * 2, Self.longest) }
        return next / 2 * (1 + Double.random(in: 0...1, using: &generator))
    }

    /// Begins anew after a success.
    mutating func reset() {
        next = Self.first
    }
}
