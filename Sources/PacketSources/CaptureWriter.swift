// Writes capture files: classic pcap with nanoseconds, which every tool reads.

import CPcap
import Glibc
public import Traffic

/// A capture file being written.
///
/// The file is created with mode 0600, since captures hold passwords; an existing file is replaced. Records are
/// buffered until ``flush()``, ``close()`` or the end of the writer's life.
public struct CaptureWriter: ~Copyable {
    /// How every packet of the file begins.
    public let linkType: LinkType

    private let path: String
    private let dump: PcapDump

    /// Creates a capture file.
    ///
    /// - Parameters:
    ///   - path: The file; replaced when it exists.
    ///   - linkType: How every packet begins; the format knows one link type a file.
    ///   - snapLength: The longest packet that will be written, in bytes, as the file's head states it.
    /// - Throws: `.fileMissing` (no such folder), `.fileUnusable`, `.unsupportedLinkType`.
    public init(path: String, linkType: LinkType, snapLength: Int = 262_144) throws(PacketSourceError) {
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.unwritable(path, errno) }
        self.dump = try PcapDump(
            descriptor: descriptor,
            linkType: linkType,
            snapLength: snapLength,
            path: path
        )
        self.linkType = linkType
        self.path = path
    }

    /// Appends one packet; `header.originalLength` may be more than the bytes given.
    ///
    /// - Throws: `.unsupportedLinkType` when the packet's link type is not the file's, `.fileUnusable` when the disk
    ///   would not take it (which may show at a later call: writes are buffered).
    public mutating func write(_ header: PacketHeader, _ bytes: RawSpan) throws(PacketSourceError) {
        guard header.linkType == linkType else {
            throw PacketSourceError(
                .unsupportedLinkType,
                "A packet of link type \(header.linkType.rawValue) cannot go into '\(path)', which holds link type "
                    + "\(linkType.rawValue); write one file per link type."
            )
        }
        dump.append(header, bytes)
        guard !dump.hasFailed else { throw Self.unwritable(path, errno) }
    }

    /// Hands all records written so far to the kernel.
    public mutating func flush() throws(PacketSourceError) {
        guard dump.flush() else { throw Self.unwritable(path, errno) }
    }

    /// Flushes and ends the file, so that a full disk is seen; without it the end of life closes silently.
    public consuming func close() throws(PacketSourceError) {
        try flush()
    }

    private static func unwritable(_ path: String, _ number: Int32) -> PacketSourceError {
        PacketSourceError(
            number == ENOENT ? .fileMissing : .fileUnusable,
            "The capture file '\(path)' cannot be written; check that its folder exists, who may write there, "
                + "and the space left.",
            cause: unsafe String(cString: strerror(number))
        )
    }
}
