// One whole block of a pcapng file. draft-ietf-opsawg-pcapng §3.1

/// The bytes of a block, from its type to its second length, in its section's byte order.
struct PcapngBlock: ~Copyable, ~Escapable {
    /// Kinds of block that are read; all others are stepped over.
    static let interface: UInt32 = 1
    static let obsoletePacket: UInt32 = 2
    static let simplePacket: UInt32 = 3
    static let statistics: UInt32 = 5
    static let enhancedPacket: UInt32 = 6
    static let secrets: UInt32 = 10
    static let section: UInt32 = 0x0A0D_0D0A

    /// opt_comment, which any block may have.
    static let comment: UInt16 = 1

    let kind: UInt32
    let bytes: RawSpan
    private let isBigEndian: Bool

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, isBigEndian: Bool) {
        self.bytes = bytes
        kind = bytes.uint32(at: 0, isBigEndian: isBigEndian)
        self.isBigEndian = isBigEndian
    }

    /// Where the second length begins.
    var end: Int { bytes.byteCount - 4 }

    @inline(__always)
    func byte(at offset: Int) -> UInt8 { unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
    @inline(__always)
    func uint16(at offset: Int) -> UInt16 { bytes.uint16(at: offset, isBigEndian: isBigEndian) }
    @inline(__always)
    func uint32(at offset: Int) -> UInt32 { bytes.uint32(at: offset, isBigEndian: isBigEndian) }
    func uint64(at offset: Int) -> UInt64 { bytes.uint64(at: offset, isBigEndian: isBigEndian) }

    /// Calls `body` with each option's code and where its value lies, up to the first that does not fit the block.
    func forEachOption(from start: Int, _ body: (UInt16, Range<Int>) -> Void) {
        var offset = start
        while end - offset >= 4 {
            let code = uint16(at: offset)
            let length = Int(uint16(at: offset + 2))
            guard code != 0, end - offset - 4 >= length else { return }
            body(code, offset + 4..<offset + 4 + length)
            offset += 4 + (length + 3) & ~3
        }
    }
}
