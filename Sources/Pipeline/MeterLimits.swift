// How many bodies are measured at once.

/// Bounds of measuring bodies: at most 30 MiB by default, however many downloads go on at once.
struct MeterLimits: Hashable, Sendable {
    /// Bodies measured at once; the digests of any other are not known.
    var bodies = 16_384
    /// Bodies whose rate curve gets all the points that a curve may have, 24 bytes each.
    var detailedBodies = 512
    /// Points of the rate curve of each body beyond those.
    var crowdedPoints = 32

    /// The defaults.
    init() {}
}
