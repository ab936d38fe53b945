// The end of the spool that grows.

internal import BrokerLink
internal import Digests
internal import Traffic

/// Appends deliveries to the last segment, and begins a new one when that is full.
struct SpoolWriter: ~Copyable {
    /// What an attempt to append came to.
    enum Outcome {
        /// Everything is in the kernel's hands.
        case taken
        /// The spool holds as much as it may, or the disk is full: nothing was taken.
        case mustWait(SpoolState.Obstacle)
        /// The spool is closed: nothing was taken.
        case isClosed
    }

    private let folder: String
    private let limits: SpoolLimits
    private var file: SpoolFile
    private var current: SpoolSegment
    private var length: Int
    /// Bytes of the segments before the current one that are not removed yet, the oldest first.
    private var full: [(segment: SpoolSegment, length: Int)] = []
    private var prints: TakenPrints
    private var buffer: [UInt8] = []
    /// What the deliveries that are being taken have added to the prints, and what had to leave for it.
    private var added: [TakenPrints.Addition] = []
    private(set) var position: Int64
    private(set) var redelivered: Int64 = 0
    var obstacle: SpoolState.Obstacle?
    /// Whether nothing waits for room any more.
    var isClosing = false
    var isClosed = false

    private init(folder: String, limits: SpoolLimits, file: consuming SpoolFile, current: SpoolSegment) {
        self.folder = folder
        self.limits = limits
        self.file = file
        self.current = current
        length = current.headLength
        prints = current.prints
        position = current.first
    }

    /// Begins a segment behind everything that is there.
    static func begin(
        _ folder: String,
        recordingID: Int64,
        after position: Int64,
        prints: TakenPrints,
        limits: SpoolLimits
    ) throws(SpoolError) -> SpoolWriter {
        let path = SpoolSegment.path(in: folder, first: position)
        let segment = SpoolSegment(path: path, recordingID: recordingID, first: position, prints: prints)
        let file = try Self.file(for: segment)
        return SpoolWriter(folder: folder, limits: limits, file: file, current: segment)
    }

    /// Makes a segment's file: under its name there is a whole head or nothing.
    private static func file(for segment: SpoolSegment) throws(SpoolError) -> SpoolFile {
        let draft = segment.path + ".new"
        SpoolFolder.remove(draft)
        let file = try SpoolFile(creating: draft)
        let status = file.write(segment.head.rawSpan, at: 0)
        if status != 0 { throw SpoolError("Cannot write", draft, errno: status) }
        try SpoolFolder.rename(draft, to: segment.path)
        return file
    }

    /// Bytes on the disk.
    var byteCount: Int { full.reduce(length) { $0 + $1.length } }

    /// Takes deliveries, all or none.
    ///
    /// What the broker sends again because our acknowledgement did not reach it is in the spool already: DUP, the
    /// packet id and the contents tell. MQTT 3.1.1 §3.3.1.1 and §4.4
    mutating func append(_ deliveries: DeliveryBatch) -> Outcome {
        if isClosed { return .isClosed }
        let (count, repeated) = encode(deliveries)
        if count > 0, let obstacle = write() {
            prints.takeBack(added)
            self.obstacle = obstacle
            return isClosing ? .isClosed : .mustWait(obstacle)
        }
        obstacle = nil
        position += count
        redelivered += repeated
        return .taken
    }

    /// Fills the buffer; how many deliveries are new, and how many are there already.
    private mutating func encode(_ deliveries: DeliveryBatch) -> (new: Int64, repeated: Int64) {
        buffer.removeAll(keepingCapacity: true)
        added.removeAll(keepingCapacity: true)
        var count: Int64 = 0
        for delivery in deliveries.entries {
            let print = CRC32.of(deliveries.contents(of: delivery))
            if let packetID = delivery.packetID {
                if delivery.isDuplicate, prints.contains(print, under: packetID) { continue }
                added.append(
                    TakenPrints.Addition(packetID: packetID, left: prints.add(print, under: packetID))
                )
            }
            SpoolRecord.append(delivery, of: deliveries, print: print, to: &buffer)
            count += 1
        }
        return (count, Int64(deliveries.entries.count) - count)
    }

    /// Forgets what was taken: the broker begins anew, and sends nothing again.
    mutating func forgetTaken() { prints = TakenPrints() }

    /// Writes the buffer; what stands in the way, if anything.
    private mutating func write() -> SpoolState.Obstacle? {
        if byteCount + buffer.count > limits.bytes, byteCount > current.headLength { return .limit }
        if length >= limits.segmentBytes, let obstacle = rotate() { return obstacle }
        let status = file.write(buffer.rawSpan, at: length)
        guard status == 0 else {
            file.cut(to: length)
            return .disk(SpoolFile.words(for: status))
        }
        length += buffer.count
        return nil
    }

    private mutating func rotate() -> SpoolState.Obstacle? {
        let path = SpoolSegment.path(in: folder, first: position)
        // What is about to be written is not taken yet: the head must not say so.
        var before = prints
        before.takeBack(added)
        let next = SpoolSegment(path: path, recordingID: current.recordingID, first: position, prints: before)
        do throws(SpoolError) {
            file = try Self.file(for: next)
        } catch {
            return .disk(error.description)
        }
        full.append((current, length))
        current = next
        length = next.headLength
        return nil
    }

    /// Removes the full segments whose deliveries are all before a position.
    mutating func release(before position: Int64) {
        while let oldest = full.first, (full.dropFirst().first?.segment ?? current).first <= position {
            SpoolFolder.remove(oldest.segment.path)
            full.removeFirst()
        }
    }

    /// The segment that holds a position, or will, and up to where it is written.
    func extent(at position: Int64) -> (segment: SpoolSegment, end: Int, isCurrent: Bool) {
        let older = full.last { $0.segment.first <= position }
        guard position < current.first, let older else { return (current, length, true) }
        return (older.segment, older.length, false)
    }

    /// Removes everything: for a spool whose deliveries are all in the store.
    mutating func removeAll() {
        release(before: .max)
        SpoolFolder.remove(current.path)
        isClosed = true
    }
}
