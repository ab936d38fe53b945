// Decodes one gzip or deflate body and hashes what comes out. RFC 1952 §2.2, RFC 9110 §8.4.1.

import Traffic

/// The state of decoding one body; owned by one `BodyDecoder`.
struct BodyInflation: ~Copyable {
    private enum Stage { case beginning, member, betweenMembers, over }

    private let coding: ContentCoding
    private let limits: DecodingLimits
    private var stage = Stage.beginning
    private var stream: InflateStream?
    /// The first byte, while the second is awaited that tells zlib's format from bare deflate.
    private var held: UInt8?
    private var wireBytes: Int64 = 0
    private var digests = BodyDigests()
    /// Bytes decoded so far.
    private(set) var decodedBytes: Int64 = 0
    /// How it stands, were the body to end here.
    private(set) var standing = Transfer.Decoding.cut

    init(_ coding: ContentCoding, limits: DecodingLimits) {
        self.coding = coding
        self.limits = limits
    }

    /// Digests of the decoded bytes.
    var hex: HexDigests { digests.hex }

    /// Decodes the next piece of the body.
    mutating func receive(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe receive($0) }
    }

    private mutating func receive(_ bytes: UnsafeRawBufferPointer) {
        guard stage != .over, let first = unsafe bytes.first else { return }
        wireBytes += Int64(bytes.count)
        if stage == .beginning, !begin(first, bytes.count > 1 ? unsafe bytes[1] : nil) { return }
        unsafe withUnsafeTemporaryAllocation(byteCount: 32 << 10, alignment: 16) { room in
            if let byte = held {
                held = nil
                unsafe withUnsafeBytes(of: byte) { unsafe inflate($0, through: room) }
            }
            unsafe inflate(bytes, through: room)
        }
    }

    /// Nothing more can be decoded.
    mutating func stop(_ outcome: Transfer.Decoding) {
        if stage != .over { standing = outcome }
        stage = .over
        stream = nil
    }

    /// Opens the stream as soon as its wrapping is known; `false` while it is not.
    private mutating func begin(_ first: UInt8, _ second: UInt8?) -> Bool {
        var wrapping = InflateStream.Wrapping.gzip
        if coding == .deflate {
            let pair = held.map { ($0, first) } ?? second.map { (first, $0) }
            guard let pair else {
                held = first
                return false
            }
            // RFC 1950 §2.2: method 8, and the two bytes are a multiple of 31.
            let isZlib = pair.0 & 0x0F == 8 && (UInt16(pair.0) << 8 | UInt16(pair.1)) % 31 == 0
            wrapping = isZlib ? .zlib : .none
        }
        stream = InflateStream(wrapping)
        stage = .member
        if stream == nil { stop(.limited) }
        return stage == .member
    }

    private mutating func inflate(
        _ bytes: UnsafeRawBufferPointer,
        through room: UnsafeMutableRawBufferPointer
    ) {
        var rest = unsafe bytes
        var isRoomFull = false
        while stage == .member || stage == .betweenMembers, unsafe !rest.isEmpty || isRoomFull {
            if stage == .betweenMembers, unsafe !beginMember(rest[rest.startIndex]) { return }
            guard let step = unsafe stream?.inflate(rest, into: room) else { return }
            unsafe rest = unsafe UnsafeRawBufferPointer(rebasing: rest.dropFirst(step.used))
            unsafe note(UnsafeRawBufferPointer(rebasing: room.prefix(step.written)))
            isRoomFull = step.written == room.count
            switch step.outcome {
            case .underWay where step.used == 0 && step.written == 0: return
            case .underWay: continue
            case .damaged: return stop(.damaged)
            case .ended:
                if stage == .over { return }
                standing = .complete
                stage = coding == .gzip ? .betweenMembers : .over
                isRoomFull = false
            }
        }
    }

    /// Another gzip member may follow (RFC 1952 §2.2); anything else behind the last one is padding.
    private mutating func beginMember(_ first: UInt8) -> Bool {
        guard first == 0x1F else {
            stop(.complete)
            return false
        }
        stream?.reset()
        standing = .cut
        stage = .member
        return true
    }

    private mutating func note(_ decoded: UnsafeRawBufferPointer) {
        guard unsafe !decoded.isEmpty else { return }
        decodedBytes += Int64(decoded.count)
        guard limits.allow(decodedBytes, of: wireBytes) else { return stop(.limited) }
        unsafe digests.receive(decoded.bytes)
    }
}
