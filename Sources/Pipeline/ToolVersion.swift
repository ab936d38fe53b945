// The version that recordings and replays are marked with.

/// Version of otatape.
public enum ToolVersion {
    /// The current version.
    public static let current = "0.1.0"
}
