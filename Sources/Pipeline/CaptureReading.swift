// Reads a capture file through Wire into any sink, counting as it goes.

import PacketSources
public import Traffic
import Wire

/// What reading a capture came to.
public struct CaptureSummary: Hashable, Sendable {
    /// Packets read.
    public var packets: Int64 = 0
    /// Captured bytes of those packets.
    public var bytes: Int64 = 0
    /// Time of the first packet; `nil` when there was none.
    public var startedAt: Timestamp?
    /// Time of the last packet.
    public var endedAt: Timestamp?
    /// What could not be read.
    public var losses = Losses()
    /// Comments of pcapng, which are not kept.
    public var comments = 0
    /// Blocks of TLS secrets in pcapng, which are not used.
    public var secrets = 0
    /// Why reading stopped before the end, when the file is damaged; or why nothing of it could be read.
    public var damage: String?
}

/// A capture file on its way through Wire, and the files that continue it.
struct CaptureReading: ~Copyable {
    private var file: CaptureFile
    private var decoder: WireDecoder
    private(set) var summary = CaptureSummary()

    /// What the files before this one hold beside their packets.
    private var earlier = CaptureContents()
    private let path: String
    /// A link type that packets have had and that is not read.
    private var unreadLink: LinkType?
    private var isAnyReadable = false
    private var isBroken = false

    /// Opens the file; errors name the remedy.
    init(path: String, limits: ReadingLimits = ReadingLimits()) throws(RunError) {
        file = try Self.open(path)
        decoder = WireDecoder(limits: limits.wire)
        self.path = path
    }

    /// When the first packet of a capture was captured; `nil` when it holds none.
    static func startTime(path: String) throws(RunError) -> Timestamp? {
        var first: Timestamp?
        do {
            var file = try CaptureFile(path: path)
            _ = try file.next { header, _ in first = header.at }
        } catch  where error.code == .damaged {
            return nil
        } catch {
            throw RunError(.unreadable, error.description, cause: error)
        }
        return first
    }

    /// Decodes up to `count` packets into `sink`; `false` when the file is at its end.
    ///
    /// A file that is cut or damaged gives what it holds before that point, and says so in `summary`.
    mutating func read(_ count: Int, into sink: inout some WireSink) -> Bool {
        for _ in 0..<count where !readPacket(into: &sink) {
            updateLosses()
            return false
        }
        updateLosses()
        return true
    }

    /// Ends the capture: `sink` has all of it.
    mutating func finish(into sink: inout some WireSink) {
        decoder.finish(at: summary.endedAt ?? Timestamp(nanoseconds: 0), into: &sink)
        if let unreadLink, !isAnyReadable {
            summary.damage = summary.damage ?? Self.unsupported(unreadLink, path)
        }
        updateLosses()
    }

    private static func open(_ path: String) throws(RunError) -> CaptureFile {
        let opened: CaptureFile
        do {
            opened = try CaptureFile(path: path)
        } catch {
            throw RunError(.unreadable, error.description, cause: error)
        }
        if let link = opened.linkType, !link.isReadable {
            throw RunError(.unreadable, unsupported(link, path))
        }
        return opened
    }

    private mutating func readPacket(into sink: inout some WireSink) -> Bool {
        do {
            return try file.next { header, bytes in
                summary.packets += 1
                summary.bytes += Int64(bytes.byteCount)
                summary.startedAt = min(summary.startedAt ?? header.at, header.at)
                summary.endedAt = max(summary.endedAt ?? header.at, header.at)
                if header.linkType.isReadable { isAnyReadable = true } else { unreadLink = header.linkType }
                decoder.receive(bytes, header: header, into: &sink)
            }
        } catch {
            summary.damage = error.description
            isBroken = true
            return false
        }
    }

    private mutating func updateLosses() {
        let contents = earlier + file.contents
        (summary.comments, summary.secrets) = (contents.comments, contents.secrets)
        summary.losses = decoder.losses
        summary.losses.undecodablePackets += contents.unreadableRecords
        summary.losses.kernelDrops += contents.kernelDrops
        summary.losses.interfaceDrops += contents.interfaceDrops
        summary.losses.isCaptureCut = file.isCut || isBroken
    }

    // MARK: - Rotated captures

    /// Packets of a file that are looked at for the next byte of a connection that was open.
    private static let packetsLookedAt = 100_000
    /// How long after the last packet a file may begin that continues this one.
    private static let longestPause = Duration.seconds(300)
    /// How much earlier than the last packet it may begin: packets of several queues are not in order.
    private static let overlap = Duration.seconds(1)

    /// When a file may begin that continues one which ends then.
    static func continuations(of end: Timestamp) -> ClosedRange<Timestamp> {
        end.advanced(by: .zero - overlap)...end.advanced(by: longestPause)
    }

    /// When a file may end that is continued by one which begins then.
    static func predecessors(of start: Timestamp) -> ClosedRange<Timestamp> {
        start.advanced(by: .zero - longestPause)...start.advanced(by: overlap)
    }

    /// Whether another file goes on where this one has ended, within an open connection and with nothing missing.
    borrowing func isContinued(by path: String) -> Bool {
        guard !isBroken, !file.isCut, decoder.isFollowingAny, let end = summary.endedAt,
            var next = try? Self.open(path)
        else { return false }
        let times = Self.continuations(of: end)
        var isFound = false
        var isLate = false
        for _ in 0..<Self.packetsLookedAt where !isFound && !isLate {
            let hasMore = try? next.next { header, bytes in
                isLate = !times.contains(header.at)
                isFound = !isLate && decoder.isContinued(by: bytes, header: header)
            }
            guard hasMore == true else { break }
        }
        return isFound
    }

    /// Goes on with a file that continues this one, as if both were one.
    mutating func goOn(with path: String) throws(RunError) {
        let next = try Self.open(path)
        earlier = earlier + file.contents
        file = next
    }

    private static func unsupported(_ link: LinkType, _ path: String) -> String {
        let name = link.name.map { " (\($0))" } ?? ""
        return
            "'\(path)' holds packets of the unsupported link type \(link.rawValue)\(name) only, in which no IP is "
            + "looked for; capture on an interface that carries IP."
    }
}
