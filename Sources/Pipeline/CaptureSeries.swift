// Capture files given together, in the order of their packets.

public import Traffic

/// The files of one import that are still to be read, the earliest first.
///
/// Rotated captures (tcpdump -C, -G, -W, dumpcap -b) are one stream of packets in several files; whatever order they
/// are given in, each comes before the one that may continue it.
public struct CaptureSeries: Sendable {
    /// One of the files.
    public struct File: Hashable, Sendable {
        /// How it was named.
        public let path: String
        /// When its first packet was captured; `nil` when it cannot be read, or holds none.
        public let startsAt: Timestamp?
        /// What rotation leaves of the name: it counts, or tells the time.
        fileprivate let stem: String

        /// Looks at a file's first packet.
        public init(_ path: String) {
            self.path = path
            startsAt = (try? CaptureReading.startTime(path: path)) ?? nil
            stem = path.filter { !$0.isNumber }
        }
    }

    private let files: [File]
    /// Where the next one is: what comes before it was taken.
    private var next = 0
    private var struck: Set<String> = []

    /// The files, those that cannot be read or hold no packet at the end.
    public var paths: [String] { left.map(\.path) }

    /// Looks at the first packet of each file.
    public init(_ paths: [String]) {
        let looked = paths.map { File($0) }
        let never = Timestamp(nanoseconds: .max)
        let places = looked.indices.sorted { left, right in
            (looked[left].startsAt ?? never, left) < (looked[right].startsAt ?? never, right)
        }
        files = places.map { looked[$0] }
    }

    /// Takes the earliest file; `nil` when none is left.
    public mutating func takeFirst() -> String? {
        while next < files.count {
            defer { next += 1 }
            if struck.remove(files[next].path) == nil { return files[next].path }
        }
        return nil
    }

    /// Strikes out files that were read as continuations of another, each once.
    public mutating func remove(_ read: some Sequence<String>) {
        struck.formUnion(read)
    }

    /// The files that may continue one, those first that are called alike but for their digits.
    public func likely(after path: String) -> [File] {
        let stem = path.filter { !$0.isNumber }
        let left = left
        return left.filter { $0.stem == stem } + left.filter { $0.stem != stem }
    }

    private var left: [File] { files[next...].filter { !struck.contains($0.path) } }
}
