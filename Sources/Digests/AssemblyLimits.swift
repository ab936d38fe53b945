// The bounds of joining parts of files.

/// How much is remembered of downloads that may still go on.
public struct AssemblyLimits: Hashable, Sendable {
    /// Downloads remembered; 4 096 by default, the longest silent ones are forgotten first.
    public var assemblies = 4_096
    /// How long after its last byte a download may be resumed; an hour by default, for a device that starts anew.
    public var resumeTime = Duration.seconds(3_600)
    /// Redirects remembered; 1 024 by default, the oldest are forgotten first.
    public var redirects = 1_024
    /// How long after a redirect its target may be asked for; 60 s by default.
    public var redirectTime = Duration.seconds(60)

    /// The defaults.
    public init() {}
}
