// The last packets of a capture, in memory: what is written only when it turns out to matter.

public import Traffic

/// Holds the packets of the last while, within a bound of bytes; the oldest go first.
///
/// Packets stand one after the other in chunks, and chunks go as a whole: what is held may be a chunk's worth longer
/// than asked for, never shorter unless the bound of bytes is reached.
public struct PacketRing: Sendable {
    /// One block of packets.
    private struct Chunk {
        var bytes: [UInt8] = []
        var places: [Place] = []
    }

    /// One packet in its chunk.
    private struct Place {
        var header: PacketHeader
        var range: Range<Int>
    }

    /// Bytes that one packet takes beside its own.
    private static let overhead = MemoryLayout<Place>.stride
    /// Chunks that a ring is divided into, about.
    private static let chunkCount = 64

    private let span: Duration
    private let limit: Int
    private let chunkBytes: Int
    private var chunks: [Chunk] = []
    private var bytes = 0
    /// Whether packets younger than the span had to go since the ring was last taken.
    public private(set) var isCutShort = false

    /// A ring for packets of the last `span` of capture time, of `limit` bytes at most.
    public init(span: Duration, limit: Int) {
        self.span = span
        self.limit = max(1, limit)
        chunkBytes = max(1, limit / Self.chunkCount)
    }

    /// Packets held.
    public var count: Int { chunks.reduce(0) { $0 + $1.places.count } }

    /// Whether none is held.
    public var isEmpty: Bool { chunks.isEmpty }

    /// The capture time of the oldest packet held; `nil` when there is none.
    public var startedAt: Timestamp? { chunks.first?.places.first?.header.at }

    /// Takes one packet; lets go of what is too old, or too much.
    public mutating func append(_ header: PacketHeader, _ packet: RawSpan) {
        if (chunks.last?.bytes.count ?? .max) >= chunkBytes { chunks.append(Chunk()) }
        let last = chunks.count - 1
        let start = chunks[last].bytes.count
        unsafe packet.withUnsafeBytes { unsafe chunks[last].bytes.append(contentsOf: $0) }
        chunks[last].places.append(Place(header: header, range: start..<start + packet.byteCount))
        bytes += packet.byteCount + Self.overhead
        let oldest = header.at.advanced(by: .zero - span)
        while chunks.count > 1 {
            let isOld = chunks[0].places.last.map { $0.header.at < oldest } ?? true
            guard isOld || bytes > limit else { break }
            isCutShort = isCutShort || !isOld
            bytes -= chunks[0].bytes.count + chunks[0].places.count * Self.overhead
            chunks.removeFirst()
        }
    }

    /// Hands over all packets held; the ring begins anew.
    public mutating func take() -> PacketRing {
        let taken = self
        self = PacketRing(span: span, limit: limit)
        return taken
    }

    /// Gives the packets in capture order.
    public func forEach<Failure: Error>(
        _ body: (PacketHeader, RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        for chunk in chunks {
            for place in chunk.places {
                try unsafe body(place.header, chunk.bytes.span.bytes.extracting(place.range))
            }
        }
    }
}
