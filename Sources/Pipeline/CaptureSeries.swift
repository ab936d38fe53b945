// Capture files given together, in the order of their packets.

import Traffic

/// The files of one import that are still to be read, the earliest first.
///
/// Rotated captures (tcpdump -C, -G, -W, dumpcap -b) are one stream of packets in several files; whatever order they
/// are given in, each comes before the one that may continue it.
public struct CaptureSeries: Sendable {
    /// The files, those that cannot be read or hold no packet at the end.
    public private(set) var paths: [String]

    /// Looks at the first packet of each file.
    public init(_ paths: [String]) {
        let starts = paths.map { path in
            let start = try? CaptureReading.startTime(path: path)
            return (start ?? nil) ?? Timestamp(nanoseconds: .max)
        }
        let places = paths.indices.sorted { (starts[$0], $0) < (starts[$1], $1) }
        self.paths = places.map { paths[$0] }
    }

    /// Takes the earliest file; `nil` when none is left.
    public mutating func takeFirst() -> String? {
        paths.isEmpty ? nil : paths.removeFirst()
    }

    /// Strikes out files that were read as continuations of another.
    public mutating func remove(_ read: some Sequence<String>) {
        for path in read { paths.firstIndex(of: path).map { _ = paths.remove(at: $0) } }
    }

    /// The files that may continue one, those first that are called alike but for their digits.
    public func likely(after path: String) -> [String] {
        let stem = Self.stem(of: path)
        return paths.filter { Self.stem(of: $0) == stem } + paths.filter { Self.stem(of: $0) != stem }
    }

    /// What rotation leaves of a name: it counts, or tells the time.
    private static func stem(of path: String) -> String { path.filter { !$0.isNumber } }
}
