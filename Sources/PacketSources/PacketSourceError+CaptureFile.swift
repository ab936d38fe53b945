// The failures of reading capture files, each with its remedy.

import Glibc

extension PacketSourceError {
    /// A file that the system does not open or read; `number` is errno.
    static func unopened(_ path: String, _ number: Int32) -> PacketSourceError {
        PacketSourceError(
            number == ENOENT ? .fileMissing : .fileUnusable,
            "The capture file '\(path)' cannot be opened; check its name and who may read it.",
            cause: unsafe String(cString: strerror(number))
        )
    }

    /// A directory.
    static func directory(_ path: String) -> PacketSourceError {
        PacketSourceError(
            .fileUnusable,
            "'\(path)' is a directory. Name the captures in it, such as \(path)/*.pcap.",
            cause: unsafe String(cString: strerror(EISDIR))
        )
    }

    /// A file of some other format, or an empty one.
    static func notACapture(_ path: String, cause: String) -> PacketSourceError {
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_size == 0 {
            return PacketSourceError(
                .notACapture,
                "The capture file '\(path)' is empty: nothing was recorded, or it is still in a recorder's memory.",
                cause: cause
            )
        }
        return PacketSourceError(
            .notACapture,
            "'\(path)' is not a pcap or pcapng capture, nor one compressed with gzip or zstd. Convert other formats "
                + "with `editcap -F pcap FILE out.pcap`.",
            cause: cause
        )
    }

    /// A capture that breaks off into bytes that are no record.
    static func damaged(_ path: String, after recordCount: Int, cause: String) -> PacketSourceError {
        PacketSourceError(
            .damaged,
            "The capture '\(path)' is damaged after record \(recordCount); the records before are good. "
                + "`editcap FILE out.pcap` keeps those.",
            cause: cause
        )
    }

    /// A compressed capture whose decompression failed.
    static func badArchive(
        _ path: String,
        _ compression: Compression,
        after recordCount: Int,
        cause: String
    ) -> PacketSourceError {
        PacketSourceError(
            .damaged,
            "The compressed capture '\(path)' is damaged after record \(recordCount); the records before are good. "
                + "Fetch the file again; `\(compression.program) -t FILE` checks it.",
            cause: cause
        )
    }

    /// A compressed capture without the program that unpacks it.
    static func noDecompressor(_ path: String, _ compression: Compression, _ number: Int32)
        -> PacketSourceError
    {
        PacketSourceError(
            .decompressorMissing,
            "The capture '\(path)' is compressed, and `\(compression.program)`, which unpacks it, cannot be started: "
                + "`apt-get install \(compression.program)`, or unpack the file where that program is.",
            cause: unsafe String(cString: strerror(number))
        )
    }
}
