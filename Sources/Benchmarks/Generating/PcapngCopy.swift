// Writes a capture again as pcapng. draft-ietf-opsawg-pcapng §4.1 to §4.3

import Glibc
import PacketSources
import Traffic

/// Writes the packets of a capture as enhanced packet blocks of one interface with nanoseconds.
struct PcapngCopy: ~Copyable {
    /// Bytes gathered before they are written.
    private static let batchBytes = 1 << 20

    private let descriptor: Int32
    private var pending: [UInt8] = []

    /// Copies the packets of one file to another, which is replaced when it exists.
    static func write(_ capture: String, to path: String) throws {
        var file = try CaptureFile(path: capture)
        var copy = try PcapngCopy(path: path)
        copy.describe(file.linkType ?? .ethernet)
        while try file.next({ copy.append($0, $1) }) { try copy.flush(from: batchBytes) }
        try copy.flush(from: 1)
    }

    private init(path: String) throws {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ToolError("\(path) cannot be written: error \(errno).") }
    }

    deinit { close(descriptor) }

    /// The section header, and the one interface.
    private mutating func describe(_ linkType: LinkType) {
        appendBlock(0x0A0D_0D0A) { body in
            Self.append(UInt32(0x1A2B_3C4D), to: &body)
            Self.append(UInt16(1), to: &body)
            Self.append(UInt16(0), to: &body)
            Self.append(UInt64.max, to: &body)
        }
        appendBlock(1) { body in
            Self.append(UInt16(truncatingIfNeeded: linkType.rawValue), to: &body)
            Self.append(UInt16(0), to: &body)
            Self.append(UInt32(0), to: &body)
            // if_tsresol: nanoseconds; then the end of the options.
            body += [9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]
        }
    }

    private mutating func append(_ header: PacketHeader, _ bytes: RawSpan) {
        appendBlock(6) { body in
            let ticks = UInt64(clamping: header.at.nanoseconds)
            Self.append(UInt32(0), to: &body)
            Self.append(UInt32(truncatingIfNeeded: ticks >> 32), to: &body)
            Self.append(UInt32(truncatingIfNeeded: ticks), to: &body)
            Self.append(UInt32(truncatingIfNeeded: bytes.byteCount), to: &body)
            Self.append(UInt32(truncatingIfNeeded: header.originalLength), to: &body)
            unsafe bytes.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
        }
    }

    /// Appends type, length, body filled up to four bytes, and the length again.
    private mutating func appendBlock(_ type: UInt32, _ body: (inout [UInt8]) -> Void) {
        let start = pending.count
        Self.append(type, to: &pending)
        Self.append(UInt32(0), to: &pending)
        body(&pending)
        while (pending.count - start) % 4 != 0 { pending.append(0) }
        let length = UInt32(truncatingIfNeeded: pending.count - start + 4)
        unsafe withUnsafeBytes(of: length.littleEndian) { bytes in
            for index in 0..<4 { unsafe pending[start + 4 + index] = bytes[index] }
        }
        Self.append(length, to: &pending)
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        unsafe withUnsafeBytes(of: number.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    private mutating func flush(from limit: Int) throws {
        guard pending.count >= limit else { return }
        var start = 0
        while start < pending.count {
            let written = unsafe pending.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
            }
            guard written > 0 else { throw ToolError("The pcapng copy cannot be written: error \(errno).") }
            start += written
        }
        pending.removeAll(keepingCapacity: true)
    }
}
