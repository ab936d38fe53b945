// Packets one behind the other, as a pcap file holds them. draft-ietf-opsawg-pcap §5

import Glibc
public import Traffic

/// A piece of memory full of packets: what is written to the disk, and read back, as a whole.
///
/// Adding a packet copies its bytes once and allocates nothing as long as it fits.
public struct PacketBlock: Sendable {
    /// Bytes of a record's head: seconds, nanoseconds, captured and original length.
    static let headBytes = 16

    private var bytes: [UInt8]
    /// Bytes used.
    private(set) var byteCount = 0
    /// Packets held.
    public private(set) var count = 0
    /// How all of them begin: one capture has one link type.
    private(set) var linkType = LinkType.ethernet

    /// An empty block.
    public init(capacity: Int) {
        bytes = [UInt8](repeating: 0, count: capacity)
    }

    /// Whether a packet of so many bytes still fits.
    public func hasRoom(for packetBytes: Int) -> Bool {
        byteCount + Self.headBytes + packetBytes <= bytes.count
    }

    /// Lets go of the packets and keeps the memory.
    public mutating func removeAll() {
        (byteCount, count) = (0, 0)
    }

    /// Adds a packet; the block grows for one that does not fit.
    public mutating func append(_ header: PacketHeader, _ packet: RawSpan) {
        let end = byteCount + Self.headBytes + packet.byteCount
        if end > bytes.count { bytes.append(contentsOf: repeatElement(0, count: end - bytes.count)) }
        let (seconds, nanoseconds) = header.at.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let start = byteCount
        unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe buffer.storeBytes(
                of: UInt32(truncatingIfNeeded: seconds),
                toByteOffset: start,
                as: UInt32.self
            )
            unsafe buffer.storeBytes(
                of: UInt32(truncatingIfNeeded: nanoseconds),
                toByteOffset: start + 4,
                as: UInt32.self
            )
            unsafe buffer.storeBytes(
                of: UInt32(truncatingIfNeeded: packet.byteCount),
                toByteOffset: start + 8,
                as: UInt32.self
            )
            unsafe buffer.storeBytes(
                of: UInt32(truncatingIfNeeded: header.originalLength),
                toByteOffset: start + 12,
                as: UInt32.self
            )
            unsafe packet.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[(start + Self.headBytes)...])
                    .copyMemory(from: source)
            }
        }
        linkType = header.linkType
        byteCount = end
        count += 1
    }

    /// Gives the packets in the order they came; the bytes are valid during the call only.
    public func forEach(_ body: (PacketHeader, RawSpan) -> Void) {
        let records = unsafe bytes.span.bytes
        var start = 0
        while start < byteCount {
            let seconds = Int64(records.number(at: start))
            let nanoseconds = Int64(records.number(at: start + 4))
            let length = Int(records.number(at: start + 8))
            let header = PacketHeader(
                at: Timestamp(nanoseconds: seconds * 1_000_000_000 + nanoseconds),
                linkType: linkType,
                originalLength: Int(records.number(at: start + 12))
            )
            let end = start + Self.headBytes + length
            body(header, records.extracting(start + Self.headBytes..<end))
            start = end
        }
    }

    // MARK: - On the disk

    /// Writes the packets at an offset of a file, all or none that count. pwrite(2)
    ///
    /// - Returns: the error number; 0 when everything is in the kernel's hands.
    func write(to file: borrowing Descriptor, at offset: Int) -> Int32 {
        unsafe file.write(bytes.span.bytes.extracting(0..<byteCount), at: offset)
    }

    /// Takes the packets that were written at an offset in place of its own; whether they are there as they were.
    mutating func read(_ place: SpooledPackets, from file: borrowing Descriptor) -> Bool {
        removeAll()
        if place.byteCount > bytes.count {
            bytes.append(contentsOf: repeatElement(0, count: place.byteCount - bytes.count))
        }
        guard file.read(into: &bytes, count: place.byteCount, at: place.offset), isWhole(place) else {
            return false
        }
        (byteCount, count, linkType) = (place.byteCount, place.count, place.linkType)
        return true
    }

    /// Whether what was read is as many records as were written: somebody else may have had the file in hand.
    private func isWhole(_ place: SpooledPackets) -> Bool {
        let records = unsafe bytes.span.bytes
        var (start, seen) = (0, 0)
        while start + Self.headBytes <= place.byteCount {
            start += Self.headBytes + Int(records.number(at: start + 8))
            seen += 1
        }
        return start == place.byteCount && seen == place.count
    }
}

private extension RawSpan {
    /// A number in this machine's byte order.
    @inline(__always)
    func number(at offset: Int) -> UInt32 {
        unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
    }
}
