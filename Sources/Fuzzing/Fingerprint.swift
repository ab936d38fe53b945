// Tells byte sequences apart without keeping them.

/// FNV-1a over bytes as they come, in pieces of any size.
struct Fingerprint: Hashable {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325
    /// Bytes taken.
    private(set) var count: Int64 = 0

    /// Of no bytes.
    init() {}

    /// Of these bytes.
    init(_ bytes: RawSpan) {
        add(bytes)
    }

    /// Takes more bytes.
    mutating func add(_ bytes: RawSpan) {
        for index in 0..<bytes.byteCount {
            let byte = bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        count += Int64(bytes.byteCount)
    }
}
