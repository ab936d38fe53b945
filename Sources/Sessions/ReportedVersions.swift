// The versions that one device said it runs.

/// The latest versions that a device reported; a heartbeat repeats one of them without end.
struct ReportedVersions: Hashable, Sendable {
    /// Versions remembered for one device.
    private static let limit = 8

    private var versions: [String] = []

    /// The version reported last.
    var last: String? { versions.last }

    /// Whether it was reported.
    func contains(_ version: String) -> Bool { versions.contains(version) }

    /// Takes one more report.
    mutating func add(_ version: String) {
        guard versions.last != version else { return }
        versions.removeAll { $0 == version }
        versions.append(version)
        if versions.count > Self.limit { versions.removeFirst() }
    }
}
